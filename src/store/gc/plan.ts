import { join } from 'node:path';
import { type ContentTable, openContentTable, Unreadable } from './content-table.ts';
import { type Derived, derived as derivedOf, findDerived } from './derived.ts';
import { isDoomed, type KnownEntry, readEntries } from './entries.ts';
import { leftEventFiles, openEventFiles } from './event-files.ts';
import { type History, openHistory } from './history.ts';
import { keptRuns } from './keep.ts';
import { createMarks, type Marks } from './mark.ts';
import type { KnownRun, Policy, Reason } from './policy.ts';
import { weigh } from './weigh.ts';

/** What gc would remove, and what it keeps. Made without a lock: whoever removes looks again. */
export interface GcPlan {
  readonly table: ContentTable;
  readonly history: History;
  readonly marks: Marks;
  /** Kept runs and why, oldest first. */
  readonly kept: ReadonlyMap<string, Reason>;
  readonly runs: number;
  /** Cache entries that stand for what goes, or is gone already. */
  readonly entries: readonly KnownEntry[];
  /** Numbers of content that nothing needs. */
  readonly content: readonly number[];
  readonly derived: readonly Derived[];
  /** Records and manifests that cannot be read: then no content is freed, since they might need any. */
  readonly unreadable: readonly string[];
  /** Size of all that gc can free or keep: content, pieces of work, checkpoints, bundles, event files. */
  readonly bytes: number;
}

export interface GcRequest {
  /** Absolute path of the store. */
  readonly store: string;
  readonly policy: Policy;
  readonly pins: ReadonlySet<string>;
}

export const planGc = (request: GcRequest): GcPlan => {
  const { store, policy } = request;
  const table = openContentTable(join(store, 'content-v1'));
  const history = openHistory(store);
  const found = history.update();
  const marks = createMarks(table, history);
  const { runs, unreadable } = knownRuns(history);
  const kept = keptRuns(runs, request);
  marks.take(found, 'at first');
  for (const run of runs) if (kept.has(run.run)) for (const stageRun of run.stageRuns) marks.need(stageRun, 1);
  const entries = readEntries(store);
  const eventFiles = openEventFiles(store, { runs, kept, history, states: found.states });
  const left = leftEventFiles(store).map((path) => derivedOf('temporary files', path, 'none'));
  const derived = [...findDerived(store, { history, entries }), ...left, ...eventFiles.all];
  const bytes = [...table.sizes, ...derived.map((each) => each.bytes)].reduce((sum, size) => sum + size, 0);
  const goingFirst = [...derived.filter(({ use }) => use === 'none'), ...eventFiles.unneeded()];
  const going =
    policy.kind === 'bytes' ? weigh(policy.budget, { runs, kept, marks, derived, goingFirst, eventFiles }) : goingFirst;
  const problems = [...unreadable, ...marks.unreadable];
  const content = problems.length > 0 ? [] : [...table.hexes.keys()].filter((number) => !marks.isNeeded(number));
  return {
    table,
    history,
    marks,
    kept: new Map([...kept].reverse()),
    runs: runs.length,
    entries: problems.length > 0 ? [] : entries.filter((entry) => isDoomed(entry, table, marks)),
    content,
    // What is kept as long as a run stays where it is not known which runs need what.
    derived: problems.length > 0 ? going.filter(({ use }) => use !== 'of a run') : going,
    unreadable: problems,
    bytes,
  };
};

/** Runs oldest first: recorded ones, those under way, and those that ended before they could be recorded. */
const knownRuns = (history: History) => {
  const runs = new Map<string, KnownRun>();
  const unreadable: string[] = [];
  for (const [run, found] of history.runs)
    if (found instanceof Unreadable) unreadable.push(found.message);
    else runs.set(run, found);
  for (const [run, stageRuns] of history.journals)
    runs.set(run, { ...(runs.get(run) ?? unrecorded(run)), underWay: true, stageRuns: [...stageRuns] });
  const named = new Set([...runs.values()].flatMap(({ stageRuns }) => stageRuns));
  for (const [stageRun, use] of history.stageRuns) {
    if (use instanceof Unreadable || named.has(stageRun)) continue;
    const run = runs.get(use.run) ?? { ...unrecorded(use.run), pipeline: use.pipeline };
    runs.set(use.run, { ...run, stageRuns: [...run.stageRuns, stageRun] });
  }
  const sorted = [...runs.values()].sort((a, b) => (a.run < b.run ? -1 : 1));
  return { runs: sorted, unreadable };
};

/** A run's name is its start in UTC. */
const unrecorded = (run: string): KnownRun => ({
  run,
  pipeline: '',
  started: run.slice(0, 19).replace(/-(\d\d)-(\d\d)$/, ':$1:$2.000Z'),
  succeeded: false,
  underWay: false,
  stageRuns: [],
});
