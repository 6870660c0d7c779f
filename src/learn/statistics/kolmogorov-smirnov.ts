import { must } from '../matrix.ts';
import { ascending } from './quantile.ts';

export interface KolmogorovSmirnov {
  /** Greatest distance between the two empirical distribution functions: 0 to 1. */
  readonly statistic: number;
  /** Two-sided: probability of a distance at least as great where both samples are of one continuous distribution. */
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

/**
 * Two-sample test of Kolmogorov and Smirnov. With ties the p-value is conservative (too large), as everywhere.
 *
 * The statistic is computed in whole numbers, and the exact p-value without cancellation: small ones keep their digits.
 * Exact up to `exactUpTo` values in the larger sample, as scipy's `ks_2samp`; above that it is Kolmogorov's limit at
 * √(nm/(n+m)) · D, from which scipy's finite-sample formula differs by some percent of the p-value at most.
 *
 * @param first, second at least one finite number each, in any order.
 * @param exactUpTo default 10,000; the exact p-value takes first × second steps.
 * @see J. L. Hodges: The Significance Probability of the Smirnov Two-Sample Test, Arkiv för Matematik 3(5), 1958.
 */
export const kolmogorovSmirnov = (
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { exactUpTo = 10_000 }: { readonly exactUpTo?: number } = {},
): KolmogorovSmirnov => {
  must(first.length > 0 && second.length > 0, 'Kolmogorov and Smirnov need two samples that are not empty');
  const [n, m] = [first.length, second.length];
  const distance = scaledDistance(ascending(first), ascending(second));
  const statistic = distance / (n * m);
  if (Math.max(n, m) <= exactUpTo) return { statistic, pValue: exactTail(distance, n, m), method: 'exact' };
  return { statistic, pValue: kolmogorovTail(Math.sqrt((n * m) / (n + m)) * statistic), method: 'asymptotic' };
};

/** The statistic times n · m: a whole number, exact below 2^53. */
const scaledDistance = (first: Float64Array, second: Float64Array): number => {
  const [n, m] = [first.length, second.length];
  let [i, j, most] = [0, 0, 0];
  while (i < n && j < m) {
    const value = Math.min(first[i]!, second[j]!);
    while (i < n && first[i] === value) i += 1;
    while (j < m && second[j] === value) j += 1;
    most = Math.max(most, Math.abs(i * m - j * n));
  }
  return most;
};

/**
 * Share of the lattice paths from (0, 0) to (n, m) that somewhere come as far from the diagonal as `distance`. A path
 * to (i, j) comes from (i - 1, j) with probability i / (i + j): so the share is found cell by cell, all terms positive.
 */
const exactTail = (distance: number, n: number, m: number): number => {
  if (distance === 0) return 1;
  const outside = new Float64Array(m + 1);
  for (let j = 1; j <= m; j += 1) outside[j] = j * n >= distance ? 1 : outside[j - 1]!;
  for (let i = 1; i <= n; i += 1) {
    let left = i * m >= distance ? 1 : outside[0]!;
    outside[0] = left;
    for (let j = 1; j <= m; j += 1) {
      left = Math.abs(i * m - j * n) >= distance ? 1 : (i * outside[j]! + j * left) / (i + j);
      outside[j] = left;
    }
  }
  return Math.min(1, outside[m]!);
};

/**
 * 2 Σ (-1)^(k-1) exp(-2 k² x²), the limit of the two-sided distribution's tail.
 * Near 0, where that series creeps, its equal by Jacobi's theta function.
 *
 * @see A. N. Kolmogorov: Sulla determinazione empirica di una legge di distribuzione, 1933.
 */
export const kolmogorovTail = (x: number): number => {
  if (x <= 0.04) return 1;
  if (x < 1) {
    let sum = 0;
    for (let k = 1; k < 20; k += 2) sum += Math.exp((-(k * k) * Math.PI ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 1; k < 20; k += 1) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return 2 * sum;
};
