import { stream } from '../random.ts';
import { quantile } from '../statistics/quantile.ts';
import type { Interval } from './interval.ts';

export interface BootstrapOptions {
  /** Seed of the resamples: the same seed, the same bounds. */
  readonly seed: number;
  /** Number of resamples, at least 40; 1,000 by default. */
  readonly resamples?: number;
}

/**
 * Several statistics of a set of examples, each with its 95 % confidence interval by the percentile bootstrap: the
 * 2.5 % and 97.5 % quantiles of the statistic over resamples of the examples, drawn with replacement.
 *
 * @param statistics takes `draw`, which says which example stands at place 0, …, rows - 1 of a resample and is asked
 * once for each place, in order; gives the statistics, always in the same order.
 * @param rows number of examples, at least 1.
 * @returns one interval for each statistic; its value is that of the examples as they are.
 * @see B. Efron, R. J. Tibshirani: An Introduction to the Bootstrap, 1993, section 13.3.
 */
export const bootstrap = (
  statistics: (draw: (place: number) => number) => readonly number[],
  rows: number,
  { seed, resamples = 1000 }: BootstrapOptions,
): readonly Interval[] => {
  const random = stream(seed);
  const values = statistics((place) => place);
  const draws = Array.from({ length: resamples }, () => statistics(() => random.int(rows)));
  return values.map((value, index) => {
    const sorted = Float64Array.from(draws, (drawn) => drawn[index]!).sort();
    return { value, low: Math.min(value, quantile(sorted, 0.025)), high: Math.max(value, quantile(sorted, 0.975)) };
  });
};
