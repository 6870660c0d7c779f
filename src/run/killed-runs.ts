import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import type { Workspace } from '../plan/workspace.ts';
import { type FoundJournal, isUnderWay, pipelineOf, readJournals } from '../store/journal.ts';
import { withLock } from '../store/lock.ts';
import { isAlive } from '../store/process-identity.ts';
import type { JournalEntry } from '../types/generated/journal.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { RunDraft } from './record.ts';

/**
 * Does what changes the chain of records: one process at a time. Returns what `work` returns.
 */
export const withRecords = <Value>(workspace: Workspace, work: () => Value, signal: AbortSignal): Promise<Value> =>
  withLock(
    workspace.locks.records,
    ({ afterCrash }) => {
      if (afterCrash) for (const { run } of killedRuns(workspace)) mend(run, workspace);
      return work();
    },
    { onWait: () => {}, signal },
  );

/**
 * Gives each run that was killed or broke off its record, made from its journal: the lineage of what it made is told
 * like any other. To be called by the holder of the locks on the records and on `pipeline`, of which no other run can be
 * under way. Returns whether there were any.
 */
export const sealKilledRuns = (workspace: Workspace, pipeline: string): boolean => {
  const { records, notice, project } = workspace;
  const onDamage = (file: string): void => {
    // Whole from its first moment, and flushed before anything is executed: only a loss of power tears one that matters
    // to nobody, and what others did to one cannot be undone. It would be told again and again.
    rmSync(file, { force: true });
    notice(`${relative(project.root, file)} is damaged: its run is not recorded`);
  };
  const killed = killedRuns(workspace, { pipeline, onDamage });
  for (const journal of killed) {
    if (!mend(journal.run, workspace)) records.writeRun((previous) => ({ ...recordOf(journal), previous }));
    rmSync(journal.file, { force: true });
    const how = isAlive(journal.head.process) ? 'broke off' : 'was killed';
    notice(`run ${journal.run} ${how}; it is recorded as interrupted`);
  }
  return killed.length > 0;
};

interface Search {
  /** Whose lock is held here. */
  readonly pipeline?: string;
  readonly onDamage?: (file: string) => void;
}

const killedRuns = ({ folders, locks }: Workspace, { pipeline, onDamage }: Search = {}): FoundJournal[] =>
  readJournals(folders.running, onDamage).filter(
    (journal) => pipelineOf(journal) === pipeline || !isUnderWay(journal, locks),
  );

/** A run that was killed after it had written its record may lack only the head. Returns whether it has a record. */
const mend = (run: string, { records }: Workspace): boolean => {
  if (records.readRun(run) === undefined) return false;
  records.mendHead(run);
  return true;
};

const recordOf = ({ head, entries, written }: FoundJournal): RunRecord => {
  const last = new Map(entries.map((entry): [string, JournalEntry] => [entry.stage, entry]));
  return {
    ...(head.draft as unknown as RunDraft),
    ended: new Date(written).toISOString(),
    outcome: 'interrupted',
    stages: head.stages.map((stage) => sealed(stage, last.get(stage))),
    notices: ['the run was killed or broke off: this record was made from its journal by the next run'],
  };
};

const sealed = (stage: string, entry: JournalEntry | undefined): RunRecord['stages'][number] => {
  if (entry === undefined) return { stage, state: 'skipped', because: ['the run was killed'], seconds: 0 };
  return { ...entry, state: entry.state === 'running' ? 'interrupted' : entry.state };
};
