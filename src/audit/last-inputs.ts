import type { RunRecord } from '../types/generated/run.ts';
import type { ArtifactRecord } from '../types/generated/stage-run.ts';
import type { KnownStageRun } from './stage-run-file.ts';

/** An input that no stage of its pipeline made, as it was when the pipeline ran last. */
export interface RecordedInput {
  readonly input: ArtifactRecord;
  readonly stage: string;
  /** The run whose record names it last. */
  readonly run: RunRecord;
}

/**
 * The inputs of each pipeline's last run that no stage of it makes, each once. What that run left out, since it was
 * for some stages only or ended early, is taken from the runs before it, back to the last one that did all.
 */
export const lastInputs = (
  records: readonly RunRecord[],
  stageRuns: ReadonlyMap<string, KnownStageRun>,
): RecordedInput[] => {
  const found = new Map<string, RecordedInput>();
  const names = new Set(records.map(({ pipeline }) => pipeline.name));
  for (const name of names)
    for (const { run, stage, stageRun } of lastStageRuns(records.filter(({ pipeline }) => pipeline.name === name)))
      for (const input of stageRuns.get(stageRun)?.inputs ?? [])
        if (isOutside(input)) {
          const key = `${input.path}\0${input.digest}`;
          if (!found.has(key)) found.set(key, { input, stage, run });
        }
  return [...found.values()];
};

interface LastStageRun {
  readonly run: RunRecord;
  readonly stage: string;
  readonly stageRun: string;
}

/** `records`: of one pipeline, oldest first. */
const lastStageRuns = (records: readonly RunRecord[]): LastStageRun[] => {
  const last = new Map<string, LastStageRun>();
  for (const run of [...records].reverse()) {
    for (const { stage, stageRun } of run.stages)
      if (stageRun !== undefined && !last.has(stage)) last.set(stage, { run, stage, stageRun });
    const isWhole = run.outcome === 'succeeded' || run.outcome === 'refused';
    if (isWhole && run.invocation.targets.length === 0) break;
  }
  return [...last.values()];
};

/** A reference to a stage of the same pipeline is `stage.out`; all else is told by a word before it. */
const isOutside = ({ from }: ArtifactRecord): boolean => from !== undefined && /^(path|package) |^[^ ]+: /.test(from);
