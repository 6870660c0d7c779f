import type { LintParams } from '../../src/learn/models/lint/lint.ts';
import type { AnyModelParams } from '../../src/learn/pretrained/network.ts';
import type { Rule } from '../../src/learn/pretrained/rules.ts';
import type { Layout } from '../../src/learn/pretrained/weights.ts';
import type { OptimizerParams } from '../../src/learn/training/optimizers/make.ts';
import type { PhaseParams } from '../../src/learn/training/plan-phases.ts';
import type { ScheduleParams } from '../../src/learn/training/schedules/make.ts';

/** As stage.json declares them, its defaults filled in. */
export interface TrainParams {
  readonly model: AnyModelParams;
  readonly optimizer: OptimizerParams;
  readonly schedule: ScheduleParams & {
    /** In epochs. */
    readonly horizon?: number;
  };
  readonly epochs: number;
  readonly batch_size: number;
  /** Why it is unusual. */
  readonly batch_size_reason?: string;
  readonly label_smoothing: number;
  /** What the loss of each of several targets counts for, by their names. */
  readonly loss_weights?: Readonly<Record<string, number>>;
  readonly compile: boolean;
  readonly lint: LintParams;
  readonly log_every?: number;
  readonly preflight: boolean;
  readonly on_trouble: 'warn' | 'stop';
  readonly early_stopping?: EarlyStopping;
  readonly pretrained?: PretrainedParams;
  /** In order; the last may go on to the end. */
  readonly phases?: readonly PhaseParams[];
}

export interface EarlyStopping {
  readonly monitor?: string;
  readonly mode?: 'min' | 'max';
  readonly patience: number;
  readonly min_delta: number;
  readonly baseline?: number;
  readonly start_from_epoch: number;
  readonly stopping_threshold?: number;
  readonly divergence_threshold?: number;
  readonly check_finite: boolean;
  readonly restore_best: boolean;
}

export interface PretrainedParams {
  /** Which file of the dep, where it is a folder of several. */
  readonly file?: string;
  readonly sha256?: string;
  readonly layout?: Layout;
  readonly map?: readonly Rule[];
  readonly allow_missing?: readonly string[];
}
