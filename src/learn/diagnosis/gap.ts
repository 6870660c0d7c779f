import type { Estimate } from '../../types/generated/diagnosis.ts';
import { must } from '../matrix.ts';
import { studentQuantile } from '../statistics/student.ts';

/**
 * Difference of two means, b less a, with its 95 % interval by Welch's t: the two may vary by different amounts.
 *
 *     b̄ − ā ± t · √(s²a/m + s²b/n)
 *
 * @param a at least two finite numbers.
 * @param b likewise.
 * @see B. L. Welch: The generalization of "Student's" problem when several different population variances are involved,
 * Biometrika 34, 1947 (the degrees of freedom of t).
 */
export const differenceOfMeans = (a: ArrayLike<number>, b: ArrayLike<number>): Estimate => {
  const [first, second] = [momentsOf(a), momentsOf(b)];
  const value = second.mean - first.mean;
  const [u, v] = [first.variance / a.length, second.variance / b.length];
  if (u + v === 0) return { value, low: value, high: value };
  const freedom = (u + v) ** 2 / (u ** 2 / (a.length - 1) + v ** 2 / (b.length - 1));
  const half = studentQuantile(0.975, freedom) * Math.sqrt(u + v);
  return { value, low: value - half, high: value + half };
};

/**
 * Mean of paired differences with its 95 % interval by Student's t.
 *
 * @param differences at least two finite numbers.
 * @see Student: The Probable Error of a Mean, Biometrika 6, 1908.
 */
export const meanOfPairs = (differences: ArrayLike<number>): Estimate => {
  const { mean, variance } = momentsOf(differences);
  const n = differences.length;
  const half = studentQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return { value: mean, low: mean - half, high: mean + half };
};

/**
 * Difference of two shares, p less q, with its 95 % interval from those of the two by Wilson's score: it holds its level
 * where a share is 0 or 1, as that of train often is.
 *
 * @param p in [0, 1], with its interval; `q` of other examples.
 * @see R. G. Newcombe: Interval Estimation for the Difference between Independent Proportions, Statistics in Medicine
 * 17, 1998, method 10.
 */
export const differenceOfShares = (p: Estimate, q: Estimate): Estimate => ({
  value: p.value - q.value,
  low: p.value - q.value - Math.hypot(p.value - p.low, q.high - q.value),
  high: p.value - q.value + Math.hypot(p.high - p.value, q.value - q.low),
});

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** Mean, and variance by n − 1. */
const momentsOf = (values: ArrayLike<number>): Moments => {
  const n = values.length;
  must(n >= 2, `an interval needs two numbers, not ${n}`);
  let mean = 0;
  for (let at = 0; at < n; at += 1) mean += values[at]! / n;
  let squares = 0;
  for (let at = 0; at < n; at += 1) squares += (values[at]! - mean) ** 2;
  return { mean, variance: squares / (n - 1) };
};
