/** Of the numbers that are there. */
export interface Spread {
  readonly count: number;
  /** 0 where there are none. */
  readonly mean: number;
  /** Standard deviation, as of a population; exactly 0 where all numbers are the same. */
  readonly sd: number;
}

/** Mean and standard deviation of numbers, in two passes in their order. NaN is a missing value, and does not count. */
export const spreadOf = (values: ArrayLike<number>): Spread => {
  let [count, sum, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!;
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (count === 0) return { count, mean: 0, sd: 0 };
  // A sum of equal numbers, divided, may miss them by its rounding.
  if (low === high) return { count, mean: low, sd: 0 };
  const mean = sum / count;
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) if (!Number.isNaN(values[at]!)) squares += (values[at]! - mean) ** 2;
  return { count, mean, sd: Math.sqrt(squares / count) };
};

/** In standard deviations from the mean; 0 for a missing value, and where all are the same. */
export const standardized = (values: Float64Array): Float64Array => {
  const { mean, sd } = spreadOf(values);
  return values.map((value) => (Number.isNaN(value) || sd === 0 ? 0 : (value - mean) / sd));
};
