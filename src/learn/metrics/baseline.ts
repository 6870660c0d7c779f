import { type ClassificationMetric, classificationMetrics } from './classification.ts';
import { confusionMatrix } from './confusion.ts';
import { mean, type RegressionMetric } from './regression.ts';

/** What a model that looks at no feature reaches: a model that is not better has learned nothing. */
export interface Baseline<Answer, Metric extends string> {
  /** What it answers to everything. */
  readonly answer: Answer;
  readonly metrics: Readonly<Record<Metric, number>>;
}

/**
 * The baseline that answers the same class to everything: the most frequent one of these very examples, of equal ones
 * the first. No constant answer has a higher accuracy on them, so this is the hardest baseline of its kind.
 *
 * @param actual class indices, [rows], at least one.
 * @param classes number of classes.
 */
export const majorityBaseline = (actual: Int32Array, classes: number): Baseline<number, ClassificationMetric> => {
  const counts = new Array<number>(classes).fill(0);
  for (const index of actual) counts[index]! += 1;
  const answer = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
  const confusion = confusionMatrix(actual, new Int32Array(actual.length).fill(answer), classes);
  const { accuracy, macro_precision, macro_recall, macro_f1 } = classificationMetrics;
  return {
    answer,
    metrics: {
      accuracy: accuracy(confusion).value,
      macro_precision: macro_precision(confusion).value,
      macro_recall: macro_recall(confusion).value,
      macro_f1: macro_f1(confusion).value,
    },
  };
};

/**
 * The baseline that answers the mean of these very examples to everything. No constant answer has a lower RMSE on them.
 *
 * @param actual values, [rows], at least one.
 */
export const meanBaseline = (actual: Float32Array): Baseline<number, RegressionMetric> => {
  const answer = mean(actual);
  const total = actual.reduce((sum, value) => sum + (value - answer) ** 2, 0);
  return {
    answer,
    metrics: {
      mae: actual.reduce((sum, value) => sum + Math.abs(value - answer), 0) / actual.length,
      rmse: Math.sqrt(total / actual.length),
      r2: 0,
    },
  };
};
