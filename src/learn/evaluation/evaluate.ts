import type { ClassificationEvaluation, RegressionEvaluation } from '../../types/generated/evaluation.ts';
import { majorityBaseline, meanBaseline } from '../metrics/baseline.ts';
import { mostProbable } from '../metrics/choice.ts';
import { classificationMetrics, classMetrics } from '../metrics/classification.ts';
import { confusionMatrix } from '../metrics/confusion.ts';
import { regressionMetrics } from '../metrics/regression.ts';
import type { ClassificationInput, RegressionInput } from './input.ts';
import { largestErrors, wrongClasses } from './wrong.ts';

/**
 * Evaluates predicted classes.
 *
 * @param probabilities [rows, classes], each row adding up to 1.
 */
export const evaluateClasses = (probabilities: Float32Array, input: ClassificationInput): ClassificationEvaluation => {
  const { ids, targetName, target, classes, metrics } = input;
  const predicted = mostProbable(probabilities, classes.length);
  const confusion = confusionMatrix(target, predicted, classes.length);
  const baseline = majorityBaseline(target, classes.length);
  const wrong = wrongClasses(probabilities, predicted, input);
  return {
    format: 'stemma-evaluation-v1',
    kind: 'classification',
    rows: ids.length,
    target: targetName,
    classes: [...classes],
    metrics: Object.fromEntries(metrics.map((name) => [name, classificationMetrics[name](confusion)])),
    per_class: classMetrics(confusion).map((of, index) => ({ class: classes[index]!, ...of })),
    confusion: confusion.map((row) => [...row]),
    baseline: {
      name: 'majority',
      answer: classes[baseline.answer]!,
      metrics: Object.fromEntries(metrics.map((name) => [name, baseline.metrics[name]])),
    },
    wrong_rows: wrong.count,
    wrong: wrong.kept,
  };
};

/**
 * Evaluates predicted numbers.
 *
 * @param predicted [rows], in the target's unit.
 */
export const evaluateNumbers = (predicted: Float32Array, input: RegressionInput): RegressionEvaluation => {
  const { ids, targetName, target, metrics, seed } = input;
  const all = regressionMetrics(target, predicted, { seed });
  const baseline = meanBaseline(target);
  return {
    format: 'stemma-evaluation-v1',
    kind: 'regression',
    rows: ids.length,
    target: targetName,
    classes: null,
    metrics: Object.fromEntries(metrics.map((name) => [name, all[name]])),
    baseline: {
      name: 'mean',
      answer: baseline.answer,
      metrics: Object.fromEntries(metrics.map((name) => [name, baseline.metrics[name]])),
    },
    points: evenly(ids.length, 500).map((row) => [target[row]!, predicted[row]!]),
    wrong: largestErrors(predicted, input),
  };
};

/** Up to `most` of the indices 0 to rows - 1, at even distances. */
const evenly = (rows: number, most: number): readonly number[] => {
  const count = Math.min(rows, most);
  return Array.from({ length: count }, (_, place) => Math.floor((place * rows) / count));
};
