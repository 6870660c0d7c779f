import { StageError } from '../error.ts';
import { type ClassificationMetric, classificationMetrics } from '../metrics/classification.ts';
import { type RegressionMetric, regressionMetricNames } from '../metrics/regression.ts';

/**
 * The metrics to record for classes: those that were asked for, or accuracy and macro F1.
 *
 * @throws StageError where one of them is not a metric of classes.
 */
export const chooseClassMetrics = (asked: readonly string[] | undefined): readonly ClassificationMetric[] =>
  choose(asked ?? ['accuracy', 'macro_f1'], Object.keys(classificationMetrics) as ClassificationMetric[], 'a category');

/**
 * The metrics to record for numbers: those that were asked for, or RMSE, MAE and R².
 *
 * @throws StageError where one of them is not a metric of numbers.
 */
export const chooseNumberMetrics = (asked: readonly string[] | undefined): readonly RegressionMetric[] =>
  choose(asked ?? ['rmse', 'mae', 'r2'], regressionMetricNames, 'a number');

const choose = <Metric extends string>(
  asked: readonly string[],
  known: readonly Metric[],
  target: string,
): readonly Metric[] =>
  asked.map((name) => {
    const metric = known.find((other) => other === name);
    if (metric !== undefined) return metric;
    throw new StageError(
      `metric "${name}" does not fit the target, which is ${target}`,
      `params.metrics can be ${known.map((other) => `"${other}"`).join(', ')}`,
    );
  });
