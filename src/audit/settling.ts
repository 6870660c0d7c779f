import type { RunRecord } from '../types/generated/run.ts';
import type { AuditFinding, Listener } from './finding.ts';
import type { KnownStageRun } from './stage-run-file.ts';
import type { Survey } from './survey.ts';

/**
 * Pipelines whose workspace a run works on, or may have left half done when it was killed. What stands there then may
 * be the outs of another recorded stage run than the state file names, or the rest of outs that were being removed.
 */
export interface Settling {
  has(pipeline: string): boolean;
  /** Whether a digest is that of any recorded out. */
  isRecorded(digest: string): boolean;
  /** Whether it is that of an out that was put there and not cached, since an input had moved: no state file says so. */
  isUncached(out: { readonly pipeline: string; readonly stage: string; readonly digest: string }): boolean;
}

export const settlingPipelines = (
  { openRuns }: Survey,
  records: readonly RunRecord[],
  stageRuns: ReadonlyMap<string, KnownStageRun>,
): Settling => {
  const last = new Map(records.map((record) => [record.pipeline.name, record]));
  const names = new Set([...openRuns.values()].map(({ pipeline }) => pipeline));
  // A run that ended by itself has written its page, whatever came of it.
  for (const [name, { outcome, page }] of last) if (outcome === 'interrupted' && page === undefined) names.add(name);
  const uncached = new Set(
    [...stageRuns.values()]
      .filter((record) => record.uncached !== undefined)
      .flatMap((record) => record.outs.map(({ digest }) => keyOf({ ...record, digest }))),
  );
  let recorded: ReadonlySet<string> | undefined;
  return {
    has: (pipeline) => names.has(pipeline),
    isUncached: (out) => uncached.has(keyOf(out)),
    isRecorded: (digest) => {
      recorded ??= new Set([...stageRuns.values()].flatMap(({ outs }) => outs.map((out) => out.digest)));
      return recorded.has(digest);
    },
  };
};

const keyOf = ({ pipeline, stage, digest }: { pipeline: string; stage: string; digest: string }): string =>
  `${pipeline}/${stage}/${digest}`;

/** Hears what is told, and hands it on when that was decided. */
export const heldBack = (listener: Listener) => {
  const held: Parameters<Listener['finding']>[] = [];
  return {
    listener: { ...listener, finding: (...told: Parameters<Listener['finding']>) => void held.push(told) },
    found: (): readonly Pick<AuditFinding, 'expected' | 'found'>[] => held.map(([, , what]) => what),
    handOn: (): void => {
      for (const told of held) listener.finding(...told);
    },
  };
};
