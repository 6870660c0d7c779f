import { must, mustBeFinite } from '../matrix.ts';
import { digamma } from './gamma.ts';
import { orderOf } from './ranks.ts';

export interface NeighbourOptions {
  /** Neighbours to look at: 3 by default, as in scikit-learn. Fewer: less bias, more variance. */
  readonly neighbours?: number;
}

/**
 * Mutual information of a number and a category in nats, by distances to neighbours of the same category; at least 0.
 * ψ(n) + ⟨ψ(k)⟩ - ⟨ψ(rows of the category)⟩ - ⟨ψ(rows nearer than the k-th of the category, itself too)⟩.
 *
 * As scikit-learn's `mutual_info_classif` on one continuous column, without the noise that it adds: that breaks ties.
 * A column of few distinct values is a category, and better treated as one. Categories with one row do not count.
 * Takes n log n steps.
 *
 * @param values finite numbers. @param codes category of each row, whole numbers from 0.
 * @see B. C. Ross: Mutual Information between Discrete and Continuous Data Sets, PLoS ONE 9(2), 2014.
 */
export const informationOfCategory = (
  values: ArrayLike<number>,
  codes: ArrayLike<number>,
  { neighbours = 3 }: NeighbourOptions = {},
): number => {
  must(values.length === codes.length, 'mutual information needs two columns of equal length');
  must(Number.isInteger(neighbours) && neighbours >= 1, `neighbours must be 1 or more, not ${neighbours}`);
  mustBeFinite(values, 'values');
  const groups = groupsOf(values, codes).filter((group) => group.length > 1);
  const all = Float64Array.from(groups.flatMap((group) => [...group])).sort();
  if (all.length === 0) return 0;
  let sum = 0;
  for (const group of groups) {
    const k = Math.min(neighbours, group.length - 1);
    sum += group.length * (digamma(k) - digamma(group.length));
    group.forEach((value, at) => {
      sum -= digamma(within(all, value, radiusAt(group, at, k)));
    });
  }
  return Math.max(0, digamma(all.length) + sum / all.length);
};

/** Sorted values of each category. */
const groupsOf = (values: ArrayLike<number>, codes: ArrayLike<number>): Float64Array[] => {
  const groups = new Map<number, number[]>();
  for (const row of orderOf(values)) {
    const group = groups.get(codes[row]!);
    if (group === undefined) groups.set(codes[row]!, [values[row]!]);
    else group.push(values[row]!);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => Float64Array.from(group));
};

/** Distance from a sorted value to the k-th nearest of the others. */
const radiusAt = (sorted: Float64Array, at: number, k: number): number => {
  let [left, right, radius] = [at - 1, at + 1, 0];
  for (let taken = 0; taken < k; taken += 1) {
    const below = left >= 0 ? sorted[at]! - sorted[left]! : Number.POSITIVE_INFINITY;
    const above = right < sorted.length ? sorted[right]! - sorted[at]! : Number.POSITIVE_INFINITY;
    radius = Math.min(below, above);
    if (below <= above) left -= 1;
    else right += 1;
  }
  return radius;
};

/** How many sorted values are nearer than a radius; where it is 0, how many are equal. */
const within = (sorted: Float64Array, center: number, radius: number): number => {
  const inside = radius === 0 ? (d: number) => d <= 0 : (d: number) => d < radius;
  const first = firstWhere(sorted, (value) => value >= center || inside(center - value));
  return firstWhere(sorted, (value) => value > center && !inside(value - center)) - first;
};

/** The first place where a condition holds that holds for all places after it. */
const firstWhere = (sorted: Float64Array, holds: (value: number) => boolean): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * Mutual information of two numbers in nats, by distances to neighbours; at least 0.
 * ψ(n) + ψ(k) - ⟨ψ(nx + 1) + ψ(ny + 1)⟩, with nx the other rows that are nearer in x alone than the k-th neighbour is
 * in the greater of both distances. Each column is divided by its standard deviation first.
 *
 * As scikit-learn's `mutual_info_regression` on one continuous column, without its noise. Neighbours are sought from
 * each row outward in x: about n^1.5 steps, n² where x is constant.
 *
 * @param a, b finite numbers, as many each, more than the neighbours.
 * @see A. Kraskov, H. Stögbauer, P. Grassberger: Estimating Mutual Information, Phys. Rev. E 69, 2004 (estimator I).
 */
export const informationOfNumbers = (
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { neighbours = 3 }: NeighbourOptions = {},
): number => {
  must(a.length === b.length, 'mutual information needs two columns of equal length');
  must(a.length > neighbours && neighbours >= 1, `${neighbours} neighbours need more rows than ${a.length}`);
  mustBeFinite(a, 'first column');
  mustBeFinite(b, 'second column');
  const order = orderOf(a);
  const x = unitVariance(Float64Array.from(order, (row) => a[row]!));
  const y = unitVariance(Float64Array.from(order, (row) => b[row]!));
  const sorted = y.toSorted();
  let sum = 0;
  for (let at = 0; at < x.length; at += 1) {
    const radius = planeRadius(x, y, { at, k: neighbours });
    sum += digamma(within(x, x[at]!, radius)) + digamma(within(sorted, y[at]!, radius));
  }
  return Math.max(0, digamma(x.length) + digamma(neighbours) - sum / x.length);
};

/** Distance (the greater of both coordinates') to the k-th nearest other point; x ascends. */
const planeRadius = (x: Float64Array, y: Float64Array, { at, k }: { at: number; k: number }): number => {
  const nearest = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  let [left, right] = [at - 1, at + 1];
  for (;;) {
    const below = left >= 0 ? x[at]! - x[left]! : Number.POSITIVE_INFINITY;
    const above = right < x.length ? x[right]! - x[at]! : Number.POSITIVE_INFINITY;
    const step = Math.min(below, above);
    if (step >= nearest[k - 1]!) return nearest[k - 1]!;
    const other = below <= above ? left-- : right++;
    insert(nearest, Math.max(step, Math.abs(y[at]! - y[other]!)));
  }
};

const insert = (ascending: Float64Array, value: number): void => {
  let place = ascending.length - 1;
  if (value >= ascending[place]!) return;
  for (; place > 0 && ascending[place - 1]! > value; place -= 1) ascending[place] = ascending[place - 1]!;
  ascending[place] = value;
};

/** Divided by the standard deviation of the population; a constant column stays as it is. */
const unitVariance = (values: Float64Array): Float64Array => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return sd === 0 ? values : values.map((value) => value / sd);
};
