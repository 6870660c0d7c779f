import { must } from '../matrix.ts';
import { normalQuantile, normalShare } from '../statistics/normal.ts';
import { ascending, quantile } from '../statistics/quantile.ts';

/** What was fitted on train: goes into JSON as it is. */
export interface Quantiles {
  /** What the values become: 0 to 1 evenly, or standard normal. */
  readonly output: 'uniform' | 'normal';
  /** At evenly spaced shares from 0 to 1; they never fall. */
  readonly quantiles: readonly number[];
}

/**
 * Maps values to their share of train, so that any distribution becomes even (or normal). As scikit-learn's
 * `QuantileTransformer`, but with all of train's values instead of a random 10,000.
 *
 * @param count how many quantiles: 1,000 by default; as many as values where there are fewer.
 */
export const fitQuantiles = (
  train: ArrayLike<number>,
  { output, count = 1000 }: { readonly output: Quantiles['output']; readonly count?: number },
): Quantiles => {
  must(train.length > 0 && count >= 2, 'quantiles need a value, and 2 quantiles');
  const sorted = ascending(train);
  const kept = Math.min(count, sorted.length);
  const quantiles = Array.from({ length: kept }, (_, k) => quantile(sorted, kept === 1 ? 0 : k / (kept - 1)));
  return { output, quantiles };
};

/** A value at or beyond train's ends becomes 0 or 1, or ±5.2 of the normal output. NaN stays. */
export const applyQuantiles = ({ output, quantiles }: Quantiles, values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values, (value) => {
    if (Number.isNaN(value)) return value;
    const share = shareOf(quantiles, value);
    return output === 'uniform' ? share : normalOf(share);
  });

/** Within train's range: equal values of a constant stretch come back as that value. */
export const invertQuantiles = ({ output, quantiles }: Quantiles, values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values, (value) => {
    if (Number.isNaN(value)) return value;
    const share = output === 'uniform' ? value : normalShare(value);
    const end = output === 'uniform' ? 0 : edge;
    if (share <= end) return quantiles[0]!;
    if (share >= 1 - end) return quantiles.at(-1)!;
    const place = share * (quantiles.length - 1);
    const below = Math.min(Math.floor(place), Math.max(0, quantiles.length - 2));
    const [left, right] = [quantiles[below]!, quantiles[below + 1] ?? quantiles[below]!];
    return left + (right - left) * (place - below);
  });

/** What scikit-learn leaves at the ends, so that the normal output stays finite. */
const edge = 1e-7;

/**
 * The share of train below a value. On a stretch of equal quantiles, the middle of their shares: the mean of looking
 * from below and from above.
 */
const shareOf = (quantiles: readonly number[], value: number): number => {
  const last = quantiles.length - 1;
  if (value >= quantiles[last]!) return value === quantiles[0] ? 0 : 1;
  if (value <= quantiles[0]!) return 0;
  const above = countBelow(quantiles, (quantile) => quantile <= value);
  const from = countBelow(quantiles, (quantile) => quantile < value);
  if (above > from) return (from + above - 1) / 2 / last;
  const [left, right] = [quantiles[above - 1]!, quantiles[above]!];
  return (above - 1 + (value - left) / (right - left)) / last;
};

/** How many come first for which a condition holds. */
const countBelow = (quantiles: readonly number[], holds: (quantile: number) => boolean): number => {
  let [low, high] = [0, quantiles.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(quantiles[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Shares nearer to 0 or 1 than `edge` become what scikit-learn clips to: ∓5.199337582605575. */
const normalOf = (share: number): number => normalQuantile(Math.min(1 - edge, Math.max(edge, share)));
