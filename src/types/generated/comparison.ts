/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What one way to train gained over another, in pairs of trainings: the file comparison.json of compare. There is no time in it: times are telemetry.
 */
export interface Comparison {
  /**
   * Format and version of this file.
   */
  format: 'stemma-comparison-v1';
  /**
   * Name of the metric that was compared, of the evaluations.
   */
  metric: string;
  /**
   * The pairs in order: each two trainings on the same rows.
   */
  pairs: ComparedPair[];
  baseline: ComparedMean;
  candidate: ComparedMean;
  difference: ComparedMean;
  epochs?: EpochsSaved;
}
export interface ComparedPair {
  /**
   * The metric of the baseline's model.
   */
  baseline: number;
  /**
   * The metric of the candidate's model.
   */
  candidate: number;
  /**
   * candidate - baseline.
   */
  difference: number;
  epochs?: ComparedEpochs;
}
/**
 * How long each took to be as good as the baseline ever was; absent where no histories were given.
 */
export interface ComparedEpochs {
  /**
   * What was monitored, as `val_accuracy`.
   */
  monitor: string;
  /**
   * The best value that the baseline had in any epoch.
   */
  target: number;
  /**
   * The epoch in which the baseline first had it.
   */
  baseline: number;
  /**
   * The epoch in which the candidate first had it, or a better one; null: in none.
   */
  candidate: number | null;
}
/**
 * A mean over the pairs with its 95 % interval by Student's t; without it where there is one pair alone. Of `share`: the candidate's epochs as a share of the baseline's, over those that reached the target.
 */
export interface ComparedMean {
  /**
   * The mean.
   */
  mean: number;
  /**
   * Lower end of the interval.
   */
  low?: number;
  /**
   * Upper end of the interval.
   */
  high?: number;
}
/**
 * The pairs' epochs together; absent where no histories were given.
 */
export interface EpochsSaved {
  /**
   * Candidates that became as good as their baseline ever was.
   */
  reached: number;
  /**
   * Pairs with histories.
   */
  of: number;
  share?: ComparedMean;
}
