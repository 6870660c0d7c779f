import type { ComparedMean } from '../../types/generated/comparison.ts';
import { studentTails } from '../statistics/gamma.ts';

/**
 * A mean, and where it may lie: mean ± t · s / √n, with s the standard deviation and t the 0.975 quantile of Student's
 * distribution with n − 1 degrees of freedom. Of one value the mean alone.
 *
 * @param values at least one, finite.
 * @see Student: The probable error of a mean, Biometrika 6, 1908.
 */
export const meanOf = (values: readonly number[]): ComparedMean => {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = quantile(n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
};

/** The t beyond which, on both sides, lie 5 % of Student's distribution: by bisection. */
const quantile = (freedom: number): number => {
  let [low, high] = [0, 1];
  while (studentTails(high, freedom) > 0.05) high *= 2;
  for (let round = 0; round < 200 && high - low > 1e-13 * high; round += 1) {
    const middle = (low + high) / 2;
    if (studentTails(middle, freedom) > 0.05) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};
