import { must } from '../matrix.ts';
import { ascending, quantile } from './quantile.ts';

/**
 * Wasserstein's (earth mover's) distance of order 1 between two samples: ∫ |F - G|, in the unit of the values.
 * As scipy's `wasserstein_distance`.
 *
 * @param first, second at least one finite number each, in any order.
 * @see S. S. Vallender: Calculation of the Wasserstein Distance between Probability Distributions on the Line, 1974.
 */
export const wasserstein = (first: ArrayLike<number>, second: ArrayLike<number>): number => {
  must(first.length > 0 && second.length > 0, 'a distance needs two samples that are not empty');
  const [a, b] = [ascending(first), ascending(second)];
  let [i, j, sum] = [0, 0, 0];
  let before = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    sum += Math.abs(i / a.length - j / b.length) * (value - before);
    while (i < a.length && a[i] === value) i += 1;
    while (j < b.length && b[j] === value) j += 1;
    before = value;
  }
  return sum;
};

/**
 * Inner edges of bins that hold about equally many of the reference's values: its quantiles, equal ones once.
 * Value v is in bin k where k edges are below v or equal to it; the first and the last bin are open.
 *
 * A column with a value that fills several bins gets fewer; a constant one gets a bin below it and one from it on.
 */
export const quantileEdges = (reference: ArrayLike<number>, bins: number): Float64Array => {
  must(Number.isInteger(bins) && bins >= 2, `bins must be 2 or more, not ${bins}`);
  const sorted = ascending(reference);
  const edges = Array.from({ length: bins - 1 }, (_, k) => quantile(sorted, (k + 1) / bins));
  return Float64Array.from(new Set(edges));
};

/** Values by bin: one bin more than edges. */
export const binCounts = (values: ArrayLike<number>, edges: Float64Array): Float64Array => {
  const counts = new Float64Array(edges.length + 1);
  for (let at = 0; at < values.length; at += 1) counts[binOf(values[at]!, edges)]! += 1;
  return counts;
};

/** How many edges are at or below a value: binary search. */
export const binOf = (value: number, edges: Float64Array): number => {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Population stability index of two counts over the same bins or categories: Σ (q - p) ln(q / p), symmetric, 0 for
 * equal shares. By custom below 0.1 is stable, 0.1 to 0.25 a moderate and above 0.25 a great shift.
 *
 * So that an empty bin gives no infinity, half a row is added to each bin of both sides (Jeffreys's prior): shares are
 * (count + ½) / (total + bins / 2). With few rows the index is then above 0 by chance alone, about
 * (bins - 1)(1/n + 1/m).
 *
 * @param reference, current as many counts each; their totals are at least 1.
 * @see S. Kullback, R. A. Leibler: On Information and Sufficiency, 1951 (J(1, 2)); B. Yurdakul: Statistical Properties
 * of Population Stability Index, 2018 (its distribution).
 */
export const populationStability = (reference: ArrayLike<number>, current: ArrayLike<number>): number => {
  must(reference.length === current.length, 'both sides of a stability index need the same bins');
  const [p, q] = [smoothed(reference), smoothed(current)];
  return p.reduce((sum, share, bin) => sum + (q[bin]! - share) * Math.log(q[bin]! / share), 0);
};

const smoothed = (counts: ArrayLike<number>): Float64Array => {
  const all = Float64Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  must(total > 0, 'a stability index needs rows on both sides');
  return all.map((count) => (count + 0.5) / (total + all.length / 2));
};

/**
 * Jensen–Shannon distance of two counts over the same bins or categories: the root of the divergence in bits, so that
 * it lies between 0 (equal shares) and 1 (no category in common). As scipy's `jensenshannon(…, base=2)`.
 *
 * @see J. Lin: Divergence Measures Based on the Shannon Entropy, IEEE Trans. Inf. Theory 37(1), 1991.
 */
export const jensenShannon = (first: ArrayLike<number>, second: ArrayLike<number>): number => {
  must(first.length === second.length, 'a distance of two distributions needs the same categories');
  const [p, q] = [sharesOf(first), sharesOf(second)];
  const half = (share: number, other: number): number =>
    share === 0 ? 0 : share * Math.log2((2 * share) / (share + other));
  const sum = p.reduce((total, share, at) => total + half(share, q[at]!) + half(q[at]!, share), 0);
  return Math.sqrt(Math.min(1, Math.max(0, sum / 2)));
};

const sharesOf = (counts: ArrayLike<number>): Float64Array => {
  const all = Float64Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  must(total > 0, 'a distribution needs a count above 0');
  return all.map((count) => count / total);
};
