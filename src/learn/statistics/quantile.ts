import { must, mustBeFinite } from '../matrix.ts';

/** A sorted copy. @throws RangeError where a value is not finite. */
export const ascending = (values: ArrayLike<number>): Float64Array => {
  mustBeFinite(values, 'values to sort');
  return Float64Array.from(values).sort();
};

/**
 * Quantile of sorted numbers, with linear interpolation between neighbours: numpy's default, type 7.
 *
 * @param sorted at least one number, ascending.
 * @param share 0 to 1: 0.5 is the median.
 * @see R. J. Hyndman, Y. Fan: Sample Quantiles in Statistical Packages, The American Statistician 50(4), 1996.
 */
export const quantile = (sorted: Float64Array, share: number): number => {
  must(sorted.length > 0, 'a quantile needs a number');
  must(share >= 0 && share <= 1, `a quantile's share is between 0 and 1, not ${share}`);
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const left = sorted[below]!;
  const right = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const part = place - below;
  // From the nearer end, as numpy does: so that quantiles never fall as the share grows.
  return part < 0.5 ? left + (right - left) * part : right - (right - left) * (1 - part);
};

/** The middle of sorted numbers, or the mean of the middle two. */
export const median = (sorted: Float64Array): number => quantile(sorted, 0.5);
