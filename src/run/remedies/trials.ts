import type { Cost } from '../variants/measure.ts';
import type { PairedDifference } from '../variants/paired.ts';

/** What trials of remedies have found: JSON as `stemma apply --json` prints it. */
export interface Trials {
  readonly pipeline: string;
  /** The run whose diagnosis the remedies are of, and the stage that made it. */
  readonly run: string;
  readonly stage: string;
  readonly diagnosis: string;
  readonly objective: { readonly metric: string; readonly mode: 'min' | 'max' };
  /** The objective's metric as it was measured on validation; absent where none was. */
  readonly metric?: string;
  readonly seeds: readonly number[];
  readonly outcome: 'succeeded' | 'failed' | 'interrupted';
  readonly untreated: TrialSide & { readonly failure?: string };
  readonly remedies: readonly RemedyResult[];
  /** Remedies that do not fit the pipeline as it is now: nothing was run. */
  readonly refused: readonly { readonly number: number; readonly title: string; readonly why: string }[];
  /** The file that a remedy was written into. */
  readonly written?: string;
}

/** One pipeline over the seeds. */
export interface TrialSide extends Cost {
  readonly variant: string;
  readonly file: string;
  readonly runs: readonly TrialRun[];
  /** Means over the seeds. */
  readonly value?: number;
  readonly gapLoss?: number;
  readonly gapScore?: number;
}

export interface TrialRun {
  readonly seed: number;
  readonly run: string;
  readonly value?: number;
  readonly gapLoss?: number;
  readonly gapScore?: number;
}

export interface RemedyResult extends TrialSide {
  readonly number: number;
  readonly title: string;
  /** By how much it changes the metric: as it is, so that the objective's mode says which way is better. */
  readonly change?: PairedDifference;
  /** By how much it changes the gap in loss, and that in accuracy or mean absolute error: below 0 is less of a gap. */
  readonly gapLossChange?: PairedDifference;
  readonly gapScoreChange?: PairedDifference;
  readonly failure?: string;
}
