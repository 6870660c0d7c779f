import type { Records } from '../store/records.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';

/** A run with the records that it refers to: all that is known of it. */
export interface RunAccount {
  readonly record: RunRecord;
  /** Digest of the run's record. */
  readonly digest: string;
  /** Every stage of the run, in the order of its record. */
  readonly stages: readonly StageAccount[];
}

export interface StageAccount {
  readonly entry: RunRecord['stages'][number];
  /** Of the stage run that made the outs, in this run or an earlier one; absent where none did, or it cannot be read. */
  readonly stageRun?: StageRunRecord;
}

/** Reads all that is recorded of a run; undefined where its record is absent or damaged, which `Records` has told. */
export const readAccount = (run: string, records: Records): RunAccount | undefined => {
  const record = records.readRun(run);
  const digest = records.runDigest(run);
  if (record === undefined || digest === undefined || !isWhole(record)) return undefined;
  const stages = record.stages.map((entry) => {
    const stageRun = entry.stageRun === undefined ? undefined : records.readStageRun(entry.stageRun);
    return stageRun === undefined ? { entry } : { entry, stageRun };
  });
  return { record, digest, stages };
};

/** What stands in the file may be any JSON: a run record is not named by its digest. */
const isWhole = ({ pipeline, stages, started, ended, host }: Partial<RunRecord>): boolean =>
  isName(pipeline?.name) &&
  typeof started === 'string' &&
  typeof ended === 'string' &&
  typeof host === 'object' &&
  Array.isArray(stages) &&
  stages.every((entry) => isName(entry?.stage) && typeof entry.state === 'string' && Array.isArray(entry.because));

/** Names are parts of paths, and shown as they are. */
const isName = (name: unknown): boolean => typeof name === 'string' && /^[a-z][a-z0-9_-]*$/.test(name);

/**
 * The run whose record this one follows on, by the digest that it names: null where that is no longer there. Records are
 * chained as runs ended, and named as they started: it is looked for from the nearest name on.
 */
export const runBefore = ({ record }: RunAccount, records: Pick<Records, 'listRuns' | 'runDigest'>): string | null => {
  const runs = records.listRuns();
  const here = runs.indexOf(record.run);
  const nearest = runs.flatMap((_, distance) => [runs[here - 1 - distance], runs[here + 1 + distance]]);
  return nearest.find((run) => run !== undefined && records.runDigest(run) === record.previous) ?? null;
};
