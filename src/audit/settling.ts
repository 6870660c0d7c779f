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
  let recorded: ReadonlySet<string> | undefined;
  return {
    has: (pipeline) => names.has(pipeline),
    isRecorded: (digest) => {
      recorded ??= new Set([...stageRuns.values()].flatMap(({ outs }) => outs.map((out) => out.digest)));
      return recorded.has(digest);
    },
  };
};

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
