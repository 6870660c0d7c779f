import type { ClassificationMetric } from '../metrics/classification.ts';
import type { RegressionMetric } from '../metrics/regression.ts';
import type { Describe } from './describe.ts';

/** What is predicted, and how much of it is kept. */
export interface EvaluationInput<Target, Metric extends string> {
  /** Ids of the examples, [rows], at least one. */
  readonly ids: readonly string[];
  /** Name of the column that was predicted. */
  readonly targetName: string;
  /** The answers, [rows]. */
  readonly target: Target;
  readonly metrics: readonly Metric[];
  /** How many of the examples that were wrong are kept. */
  readonly wrong: number;
  /** Shows an example as people can see it. */
  readonly describe: Describe;
}

export interface ClassificationInput extends EvaluationInput<Int32Array, ClassificationMetric> {
  readonly classes: readonly string[];
}

export interface RegressionInput extends EvaluationInput<Float32Array, RegressionMetric> {
  /** Seed of the resamples that the intervals come from. */
  readonly seed: number;
}
