import type { Digest } from '../../fingerprint/canonical.ts';
import type { StageState } from '../../types/events.ts';
import type { RunRecord } from '../../types/generated/run.ts';
import type { MetricRecord, StageRunRecord } from '../../types/generated/stage-run.ts';

/** What the index says of a run: about 300 bytes of a record of several thousand. */
export interface RunRow {
  readonly run: string;
  /** Digest of the run's record. */
  readonly record: Digest;
  readonly pipeline: string;
  readonly outcome: RunRecord['outcome'];
  /** Its gate accepted what it made. */
  readonly accepted?: true;
  /** ISO 8601 in UTC. */
  readonly started: string;
  readonly seconds: number;
  /** How many stages were in each state. */
  readonly states: Readonly<Partial<Record<StageState, number>>>;
  /** Values of the metrics to show first: the objective's, and those beside it. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What the index says of a stage run. */
export interface IndexedStageRun {
  readonly stageRun: Digest;
  readonly run: string;
  readonly pipeline: string;
  readonly stage: string;
  readonly state: StageRunRecord['state'];
  readonly inputs: readonly IndexedInput[];
  readonly outs: readonly IndexedOut[];
}

export interface IndexedInput {
  readonly name: string;
  readonly digest: Digest;
  readonly kind: 'file' | 'folder';
  /** As the record has it: `split.train`, `path data/x.csv`, `package …`, `pipeline: stage.out`. */
  readonly from: string;
  readonly path: string;
  /** The stage run whose out it was, where it was a stage's of the same pipeline. */
  readonly upstream?: Digest;
}

export interface IndexedOut {
  readonly name: string;
  readonly digest: Digest;
  readonly kind: 'file' | 'folder';
  readonly type: string;
  readonly path: string;
}

/** Metrics of a stage in a run. */
export interface MetricsRow {
  readonly run: string;
  /** Start of the run. */
  readonly started: string;
  readonly outcome: RunRecord['outcome'];
  readonly stage: string;
  readonly stageRun: Digest;
  /** The run in which the stage was executed: an earlier one, where this one restored or kept its outs. */
  readonly executedIn: string;
  readonly metrics: Readonly<Record<string, MetricRecord>>;
}

/** A raw input (a file, folder or glob of the project, a package) as it was recorded last. */
export interface RawInput {
  readonly path: string;
  readonly digest: Digest;
  readonly kind: 'file' | 'folder';
  readonly from: string;
  /** The run that recorded it. */
  readonly run: string;
}

/** What a digest is known as. */
export type Known =
  | {
      readonly as: 'artifact';
      readonly digest: Digest;
      readonly madeBy: readonly Digest[];
      readonly usedBy: readonly Digest[];
    }
  | { readonly as: 'file in folders'; readonly digest: Digest; readonly folders: readonly Digest[] }
  | { readonly as: 'stage run'; readonly digest: Digest; readonly run: string }
  | { readonly as: 'run'; readonly digest: Digest; readonly run: string }
  | { readonly as: 'fingerprint'; readonly digest: Digest; readonly stageRuns: readonly Digest[] };
