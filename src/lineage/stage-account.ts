import type { ArtifactRecord } from '../types/generated/stage-run.ts';
import type { RunAccount, StageAccount } from './run-account.ts';

export type StageEntry = StageAccount['entry'];

/** Stages whose stage run is named in the run's record, and has none that can be read. */
export const unreadable = ({ stages }: RunAccount): readonly StageEntry[] =>
  stages.flatMap(({ entry, stageRun }) => (entry.stageRun !== undefined && stageRun === undefined ? [entry] : []));

/** Whether a stage was executed in the run itself. */
export const ranHere = ({ entry, stageRun }: StageAccount, run: string): boolean =>
  stageRun?.run === run && stageRun.stage === entry.stage && !notExecuted.includes(entry.state);

const notExecuted: readonly string[] = ['restored', 'up to date', 'skipped'];

/**
 * The outs of a stage where they lie in a run of `pipeline`: a stage run of another pipeline, or of another stage with
 * the same fingerprint, has put them elsewhere.
 */
export const outsIn = (pipeline: string, { entry, stageRun }: StageAccount): readonly ArtifactRecord[] => {
  if (stageRun === undefined) return [];
  const made = `artifacts/${stageRun.pipeline}/${stageRun.stage}/`;
  const here = `artifacts/${pipeline}/${entry.stage}/`;
  return stageRun.outs.map((out) => ({
    ...out,
    path: out.path.startsWith(made) ? here + out.path.slice(made.length) : out.path,
  }));
};
