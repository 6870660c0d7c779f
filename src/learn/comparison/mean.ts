import type { ComparedMean } from '../../types/generated/comparison.ts';
import { studentQuantile } from '../statistics/student.ts';

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
  const half = studentQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
};
