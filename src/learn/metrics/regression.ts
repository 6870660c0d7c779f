import type { Counts } from './confusion.ts';
import type { Interval } from './interval.ts';
import type { MetricSettings, NumberMetricName } from './names.ts';
import { type BootstrapOptions, bootstrap } from './resample.ts';

/** Examples with the number that was predicted of each, both in the target's own unit. */
export interface NumberSet {
  /** [rows], at least one. */
  readonly actual: Float32Array;
  /** [rows] */
  readonly predicted: Float32Array | Float64Array;
}

/** Sums over the examples, from which every metric here follows. */
interface Sums {
  rows: number;
  absolute: number;
  squared: number;
  relative: number;
  tilted: number;
  target: number;
  targetSquared: number;
}

/**
 * Metrics of whole-set predictions, as scikit-learn has them.
 *
 * - `mae`: mean absolute error, Σ|p − a|/n, in the target's unit.
 * - `rmse`: root of the mean squared error, √(Σ(p − a)²/n), in the target's unit.
 * - `r2`: share of the variance explained, 1 − Σ(p − a)²/Σ(a − mean)²; at most 1, and 0 for a model that always answers
 *   the mean. Of a target that never varies it is 1 for perfect answers and 0 for others, as in scikit-learn.
 * - `mape`: mean of |p − a|/|a|, with 2⁻⁵² for a target of 0, so that one of those makes it huge.
 * - `pinball`: mean of q·(a − p) where a ≥ p, else (1 − q)·(p − a): least where p is the target's quantile q. In the
 *   target's unit.
 *
 * @see R. Koenker, G. Bassett: Regression Quantiles, Econometrica 46, 1978 (pinball).
 */
export const numberValues = (
  { actual, predicted }: NumberSet,
  names: readonly NumberMetricName[],
  { quantile }: Pick<MetricSettings, 'quantile'>,
  counts?: Counts,
): readonly number[] => {
  const sums: Sums = { rows: 0, absolute: 0, squared: 0, relative: 0, tilted: 0, target: 0, targetSquared: 0 };
  // Values are taken from the mean of all, since sums of squares of large numbers lose their digits.
  const centre = mean(actual);
  for (let row = 0; row < actual.length; row += 1) {
    const count = counts === undefined ? 1 : counts[row]!;
    if (count === 0) continue;
    const error = predicted[row]! - actual[row]!;
    const target = actual[row]! - centre;
    sums.rows += count;
    sums.absolute += count * Math.abs(error);
    sums.squared += count * error ** 2;
    sums.relative += (count * Math.abs(error)) / Math.max(2 ** -52, Math.abs(actual[row]!));
    sums.tilted += count * (error <= 0 ? -quantile * error : (1 - quantile) * error);
    sums.target += count * target;
    sums.targetSquared += count * target ** 2;
  }
  return names.map((name) => numberMetrics[name](sums));
};

const numberMetrics: Readonly<Record<NumberMetricName, (sums: Sums) => number>> = {
  mae: ({ absolute, rows }) => absolute / rows,
  rmse: ({ squared, rows }) => Math.sqrt(squared / rows),
  r2: ({ rows, squared, target, targetSquared }) => {
    const total = targetSquared - target ** 2 / rows;
    // Of equal values the difference is rounding, not variance.
    if (total > 1e-12 * targetSquared) return 1 - squared / total;
    return squared === 0 ? 1 : 0;
  },
  mape: ({ relative, rows }) => relative / rows,
  pinball: ({ tilted, rows }) => tilted / rows,
};

/** The same with the 95 % intervals of the percentile bootstrap. */
export const numberIntervals = (
  set: NumberSet,
  names: readonly NumberMetricName[],
  { settings, ...options }: BootstrapOptions & { readonly settings: Pick<MetricSettings, 'quantile'> },
): readonly Interval[] =>
  bootstrap((counts) => numberValues(set, names, settings, counts), {
    ...{ ...options, rows: set.actual.length },
    of: names.map(() => ({ range: 'free' })),
  });

/** Arithmetic mean, in double precision. */
export const mean = (values: Float32Array): number => values.reduce((total, value) => total + value, 0) / values.length;
