/** A mean of paired differences, with its interval where there are two of them or more. */
export interface PairedDifference {
  readonly mean: number;
  /** Ends of the 95 % interval by the paired t-test. */
  readonly low?: number;
  readonly high?: number;
}

/**
 * The mean of differences, each of two trainings with one seed, and where it may lie: mean ± t · s / √n, with s the
 * standard deviation of the differences and t the 0.975 quantile of Student's distribution with n − 1 degrees of freedom.
 *
 * @param differences at least one, finite
 * Source: Student, "The probable error of a mean", Biometrika 6 (1908).
 */
export const pairedDifference = (differences: readonly number[]): PairedDifference => {
  const n = differences.length;
  const mean = differences.reduce((sum, each) => sum + each, 0) / n;
  if (n < 2) return { mean };
  const variance = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1);
  const half = tQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
};

/**
 * The value below which Student's t lies with a probability, by bisection of its distribution.
 *
 * @param probability above 0.5 and below 1
 * @param freedom degrees of freedom, a whole number from 1
 */
export const tQuantile = (probability: number, freedom: number): number => {
  let [low, high] = [0, 1];
  while (tBelow(high, freedom) < probability) high *= 2;
  for (let round = 0; round < 200 && high - low > 1e-12 * high; round++) {
    const middle = (low + high) / 2;
    if (tBelow(middle, freedom) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/**
 * P(T < t) for t ≥ 0 and whole degrees of freedom, by the finite series of Abramowitz and Stegun, "Handbook of
 * Mathematical Functions" (1964), 26.7.3 and 26.7.4.
 */
const tBelow = (t: number, freedom: number): number => {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  const inside = odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return 0.5 + inside / 2;
};
