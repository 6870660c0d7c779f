import { type BootstrapOptions, bootstrap } from './bootstrap.ts';
import type { Interval } from './interval.ts';

/** Sums over the examples, from which every metric here follows. */
interface Sums {
  rows: number;
  absolute: number;
  squared: number;
  target: number;
  targetSquared: number;
}

/**
 * Metrics of whole-set predictions by name, each of at least one example, with the interval of the percentile bootstrap.
 *
 * - `mae`: mean absolute error, Σ|p − a|/n, in the target's unit.
 * - `rmse`: root of the mean squared error, √(Σ(p − a)²/n), in the target's unit.
 * - `r2`: share of the variance explained, 1 − Σ(p − a)²/Σ(a − mean)²; at most 1, and 0 for a model that always answers
 *   the mean. Of a target that never varies it is 1 for perfect answers and 0 for others, as in scikit-learn.
 *
 * @param actual values, [rows].
 * @param predicted values, [rows].
 */
export const regressionMetrics = (
  actual: Float32Array,
  predicted: Float32Array,
  options: BootstrapOptions,
): Readonly<Record<RegressionMetric, Interval>> => {
  const centre = mean(actual);
  const statistics = (draw: (index: number) => number): number[] => {
    const sums: Sums = { rows: actual.length, absolute: 0, squared: 0, target: 0, targetSquared: 0 };
    for (let index = 0; index < actual.length; index += 1) {
      const row = draw(index);
      const error = predicted[row]! - actual[row]!;
      // Values are taken from the mean of all, since sums of squares of large numbers lose their digits.
      const target = actual[row]! - centre;
      sums.absolute += Math.abs(error);
      sums.squared += error ** 2;
      sums.target += target;
      sums.targetSquared += target ** 2;
    }
    return [sums.absolute / sums.rows, Math.sqrt(sums.squared / sums.rows), explained(sums)];
  };
  const [mae, rmse, r2] = bootstrap(statistics, actual.length, options);
  return { mae: mae!, rmse: rmse!, r2: r2! };
};

export const regressionMetricNames = ['mae', 'rmse', 'r2'] as const;
export type RegressionMetric = (typeof regressionMetricNames)[number];

/** Arithmetic mean, in double precision. */
export const mean = (values: Float32Array): number => values.reduce((total, value) => total + value, 0) / values.length;

const explained = ({ rows, squared, target, targetSquared }: Sums): number => {
  const total = targetSquared - target ** 2 / rows;
  // Of equal values the difference is rounding, not variance.
  if (total > 1e-12 * targetSquared) return 1 - squared / total;
  return squared === 0 ? 1 : 0;
};
