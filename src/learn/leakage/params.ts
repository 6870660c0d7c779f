import type { LeakageFinding } from '../../types/generated/leakage.ts';

export type Kind = LeakageFinding['kind'];

/** The params of the stage type `leakage`. */
export interface LeakageParams {
  /** Whether a certain finding fails the stage. */
  readonly on_leakage: 'error' | 'warn';
  /** Columns whose values are groups: none may lie in two splits. */
  readonly group: readonly string[];
  /** Column of times: train has to lie before validation, and validation before test. */
  readonly time: string | null;
  /** Findings that are known and right, each with the reason. */
  readonly accept: readonly Accepted[];
  readonly thresholds: Thresholds;
  /** Rows of each split that the costly checks look at; equal rows, groups and times are looked for in all. */
  readonly sample: number;
}

export interface Accepted {
  readonly kind: Kind;
  readonly column?: string;
  readonly reason: string;
}

export interface Thresholds {
  /** Jaccard similarity of two texts' runs of three words, from which on they are nearly the same. */
  readonly text_similarity: number;
  /** Correlation of two images' pixels, likewise. */
  readonly image_correlation: number;
  /** Mean difference of two rows' numbers in standard deviations, up to which they are nearly the same. */
  readonly row_distance: number;
  /** Share of what is to be known about the target that one column tells, on rows that were not used to learn it. */
  readonly target_proxy: number;
  /** The same, from which on there is no doubt. */
  readonly certain_proxy: number;
  /** Share of a column's values that are different. */
  readonly identifier: number;
  /** Area under the ROC curve of the classifier that tells the splits apart. */
  readonly adversary: number;
  /** Kolmogorov–Smirnov distance, or Cramér's V of a category. */
  readonly drift: number;
  /** Probability of such a drift by chance, corrected for the number of columns. */
  readonly drift_p: number;
}
