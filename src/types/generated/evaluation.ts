/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What a model reached on a data set that it was not trained on: evaluation.json, from predictions of the whole set.
 */
export type Evaluation = ClassificationEvaluation | RegressionEvaluation;
/**
 * Format and version of this file.
 */
export type Format = 'stemma-evaluation-v1';
/**
 * Number of examples that were predicted.
 */
export type Rows = number;
/**
 * Name of the column that was predicted.
 */
export type Target = string;
/**
 * The example as a picture, where it is one.
 */
export type Image = string;

/**
 * The target is a category.
 */
export interface ClassificationEvaluation {
  format: Format;
  /**
   * The target is a category.
   */
  kind: 'classification';
  rows: Rows;
  target: Target;
  /**
   * The classes, in the order of the model's outputs, of `per_class` and of `confusion`.
   */
  classes: string[];
  metrics: Metrics;
  /**
   * Metrics of each class against all others.
   */
  per_class: ClassRow[];
  /**
   * Number of examples by actual class (row) and predicted class (column).
   */
  confusion: number[][];
  baseline: MajorityBaseline;
  /**
   * How many examples were predicted as another class than theirs.
   */
  wrong_rows: number;
  /**
   * Some of the examples that were wrong, the most confident first.
   */
  wrong: WrongClass[];
}
/**
 * The metrics that were asked for, by name, in the order of the params.
 */
export interface Metrics {
  [k: string]: MetricInterval;
}
/**
 * A metric with its 95 % confidence interval.
 */
export interface MetricInterval {
  /**
   * The metric, of all examples.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low: number;
  /**
   * Upper bound of its interval.
   */
  high: number;
}
/**
 * Metrics of one class against all others.
 */
export interface ClassRow {
  /**
   * The class.
   */
  class: string;
  /**
   * Number of its examples.
   */
  support: number;
  /**
   * Of the examples predicted as the class, the share that is it.
   */
  precision: MetricInterval | null;
  /**
   * Of the class's examples, the share that was found.
   */
  recall: MetricInterval | null;
  /**
   * Harmonic mean of precision and recall.
   */
  f1: MetricInterval | null;
}
/**
 * What is reached by answering the most frequent class of these examples to everything.
 */
export interface MajorityBaseline {
  /**
   * It answers the most frequent class.
   */
  name: 'majority';
  /**
   * That class.
   */
  answer: string;
  metrics: PlainMetrics;
}
/**
 * The baseline's metrics: those that were asked for, by name.
 */
export interface PlainMetrics {
  [k: string]: number;
}
/**
 * An example that was predicted as another class than its own.
 */
export interface WrongClass {
  /**
   * The example's id in the data set.
   */
  id: string;
  /**
   * Its class.
   */
  actual: string;
  /**
   * The class that was predicted.
   */
  predicted: string;
  /**
   * The model's probability of the predicted class.
   */
  probability: number;
  /**
   * The model's probability of the example's own class.
   */
  actual_probability: number;
  image?: Image;
  features?: Features;
}
/**
 * The example's features as the model got them, by name, where they are columns.
 */
export interface Features {
  [k: string]: number;
}
/**
 * The target is a number.
 */
export interface RegressionEvaluation {
  format: Format;
  /**
   * The target is a number.
   */
  kind: 'regression';
  rows: Rows;
  target: Target;
  /**
   * A number has no classes.
   */
  classes: null;
  metrics: Metrics;
  baseline: MeanBaseline;
  /**
   * Actual and predicted value of up to 500 examples, taken at even distances through the set.
   */
  points: number[][];
  /**
   * Some of the examples, the largest error first.
   */
  wrong: WrongValue[];
}
/**
 * What is reached by answering the mean of these examples to everything.
 */
export interface MeanBaseline {
  /**
   * It answers the mean.
   */
  name: 'mean';
  /**
   * That mean, in the target's unit.
   */
  answer: number;
  metrics: PlainMetrics;
}
/**
 * An example and what was predicted for it.
 */
export interface WrongValue {
  /**
   * The example's id in the data set.
   */
  id: string;
  /**
   * Its value.
   */
  actual: number;
  /**
   * The value that was predicted.
   */
  predicted: number;
  image?: Image;
  features?: Features;
}
