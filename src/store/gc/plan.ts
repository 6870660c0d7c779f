import { join } from 'node:path';
import { type ContentTable, openContentTable, Unreadable } from './content-table.ts';
import { type Derived, findDerived } from './derived.ts';
import { isDoomed, type KnownEntry, readEntries } from './entries.ts';
import { type History, openHistory } from './history.ts';
import { keptRuns } from './keep.ts';
import { createMarks, type Marks } from './mark.ts';
import type { KnownRun, Policy, Reason } from './policy.ts';

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
  /** Size of all that gc can free or keep: content, pieces of work, checkpoints, bundles. */
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
  const derived = findDerived(store, { history, entries });
  const bytes = [...table.sizes, ...derived.map((each) => each.bytes)].reduce((sum, size) => sum + size, 0);
  const going =
    policy.kind === 'bytes' ? weigh(policy.budget, { runs, kept, marks, derived }) : derived.filter(isUseless);
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
    derived: going,
    unreadable: problems,
    bytes,
  };
};

const isUseless = ({ use }: Derived): boolean => use === 'none';

interface Scales {
  readonly runs: readonly KnownRun[];
  readonly kept: Map<string, Reason>;
  readonly marks: Marks;
  readonly derived: readonly Derived[];
}

/**
 * Gives up what costs least to lose until the rest fits: what has no use any more, pieces of work that any stage makes
 * again, then runs from the oldest on, at last the checkpoints of stages that have not ended.
 */
const weigh = (budget: number, { runs, kept, marks, derived }: Scales): Derived[] => {
  const going = derived.filter(isUseless);
  let rest = derived.reduce((sum, { bytes, use }) => sum + (use === 'none' ? 0 : bytes), 0);
  const fits = () => marks.bytes() + rest <= budget;
  const giveUp = (use: Derived['use']) => {
    for (const each of derived) {
      if (each.use !== use || fits()) continue;
      going.push(each);
      rest -= each.bytes;
    }
  };
  giveUp('saves time');
  for (const { run, stageRuns } of runs) {
    if (fits()) break;
    if (kept.get(run) !== 'policy') continue;
    kept.delete(run);
    for (const stageRun of stageRuns) marks.need(stageRun, -1);
  }
  giveUp('unfinished');
  return going;
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
