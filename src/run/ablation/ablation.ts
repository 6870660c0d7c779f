import type { Cost } from '../variants/measure.ts';
import type { PairedDifference } from '../variants/paired.ts';

/** What an ablation has found: JSON as `stemma ablate --json` prints it. */
export interface Ablation {
  readonly pipeline: string;
  readonly objective: { readonly metric: string; readonly mode: 'min' | 'max' };
  /** The metric that steps are compared by, and the stage that measures it; absent where none was measured. */
  readonly metric?: string;
  readonly judge?: string;
  /** Whose rows the metric is of; `unknown` where a command measures it. */
  readonly on: 'validation' | 'test' | 'unknown';
  readonly seeds: readonly number[];
  readonly outcome: 'succeeded' | 'failed' | 'interrupted';
  readonly whole: Side & { readonly failure?: string };
  readonly steps: readonly StepResult[];
  /** Steps that cannot be left out: nothing was run. */
  readonly refused: readonly { readonly step: string; readonly why: string }[];
}

/** One variant over the seeds. */
export interface Side extends Cost {
  readonly variant: string;
  readonly file: string;
  readonly runs: readonly SeedRun[];
}

export interface SeedRun {
  readonly seed: number;
  readonly run: string;
  readonly value?: number;
  /** The same metric on test, where that was asked for. */
  readonly test?: number;
}

export interface StepResult extends Side {
  readonly step: string;
  /** Means over the seeds that both sides have. */
  readonly with?: number;
  readonly without?: number;
  /** How much better the metric is with the step: above 0 is better, whether more or less of the metric is. */
  readonly gain?: PairedDifference;
  readonly testGain?: PairedDifference;
  /** The rows that are judged differ too, so that a part of the gain may be theirs. */
  readonly otherRows: boolean;
  /** Deps that are not given without the step, as `report.preview`, and stages that are not run. */
  readonly notGiven: readonly string[];
  readonly notRun: readonly string[];
  /** Why the pipeline does not run without the step. */
  readonly failure?: string;
}
