import { must } from '../matrix.ts';
import type { Interval } from '../metrics/interval.ts';
import { ascending, quantile } from '../statistics/quantile.ts';

/**
 * A quantile of measurements with an interval that holds it with 95 % confidence at least, whatever their distribution:
 * two of the sorted measurements. How many of n lie at or below the true quantile is binomial, so that
 *
 *     low = x₍l₎, the largest l with P(B < l) ≤ 2.5 %,   high = x₍u₎, the smallest u with P(B < u) ≥ 97.5 %,   B ~ Bin(n, share)
 *
 * It takes the measurements as independent: those that were made one after the other on a busy machine are not quite.
 *
 * @param values measurements, finite.
 * @param share 0 to 1, without both: 0.5 is the median.
 * @returns `value` as `quantile` has it.
 * @throws RangeError where there are too few: an end would have to be beyond them all.
 * @see H. A. David, H. N. Nagaraja: Order Statistics, third edition, 2003, section 7.1.
 */
export const quantileInterval = (values: ArrayLike<number>, share: number): Interval => {
  must(share > 0 && share < 1, `a quantile with an interval has a share within (0, 1), not ${share}`);
  const sorted = ascending(values);
  const below = cumulative(sorted.length, share);
  const low = below.findLastIndex((probability) => probability <= tail);
  const high = below.findIndex((probability) => probability >= 1 - tail);
  must(low >= 1 && high >= 1 && high <= sorted.length, `${sorted.length} measurements are too few for their quantile ${share}`); // biome-ignore format: one line
  return { value: quantile(sorted, share), low: sorted[low - 1]!, high: sorted[high - 1]! };
};

const tail = 0.025;

/** At the place r, from 0 to n + 1, the probability that fewer than r of n lie below; in logarithms, for large n. */
const cumulative = (n: number, share: number): readonly number[] => {
  const below = [0];
  let logarithm = n * Math.log1p(-share);
  for (let count = 0; count <= n; count += 1) {
    below.push(below[count]! + Math.exp(logarithm));
    logarithm += Math.log((n - count) / (count + 1)) + Math.log(share) - Math.log1p(-share);
  }
  return below;
};
