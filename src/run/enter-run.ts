import { join } from 'node:path';
import type { Workspace } from '../plan/workspace.ts';
import { type Journal, openJournal, readJournals } from '../store/journal.ts';
import { identify } from '../store/process-identity.ts';
import type { Stage } from '../types/pipeline.ts';
import { sealKilledRuns, withRecords } from './killed-runs.ts';
import { nameRun } from './name-run.ts';
import { draftRun, type RunDraft } from './record.ts';
import type { RunRequest } from './request.ts';

/** A run that has its name. */
export interface Entered {
  readonly draft: RunDraft;
  readonly journal: Journal;
  /** Runs before it were killed. */
  readonly afterKill: boolean;
}

/** Seals the runs that were killed or broke off, gives this one its name and opens its journal. */
export const enterRun = (
  request: RunRequest,
  { workspace, stages }: { readonly workspace: Workspace; readonly stages: readonly Stage[] },
): Promise<Entered> => {
  const enter = (): Entered => {
    const afterKill = sealKilledRuns(workspace, request.pipeline.name);
    const started = new Date();
    const draft = draftRun(request, { run: nameRun(started, lastName(workspace)), started });
    const journal = openJournal(join(workspace.folders.running, `${draft.run}.jsonl`), {
      format: 'stemma-journal-v1',
      process: identify(process.pid),
      draft: draft as unknown as Record<string, unknown>,
      stages: stages.map(({ name }) => name),
    });
    return { draft, journal, afterKill };
  };
  return withRecords(workspace, enter, request.signal);
};

/** The highest name that a run has, those that are under way included. */
const lastName = ({ records, folders }: Workspace): string | undefined => {
  const head = records.head();
  const underWay = readJournals(folders.running).map(({ run }) => run);
  return [...(head === undefined ? [] : [head.run]), ...underWay].sort().at(-1);
};
