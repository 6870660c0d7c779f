/** What is known of the values of a column. */
export interface Statistics {
  /** How many values there are, missing ones aside. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation of the population: the divisor is `count`, as in scikit-learn's StandardScaler. */
  readonly sd: number;
}

/** Takes values as they come and knows their statistics at the end. */
export interface Accumulator {
  add(values: ArrayLike<number>): void;
  /** All zero where there were no values. */
  statistics(): Statistics;
}

/**
 * Statistics of any numbers; NaN counts as missing.
 *
 * Welford's update of mean and squared deviations: no difference of large sums.
 *
 * @see B. P. Welford: Note on a Method for Calculating Corrected Sums of Squares and Products, Technometrics 4(3), 1962.
 */
export const accumulate = (): Accumulator => {
  let [count, min, max, mean, squares] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  return {
    add: (values) => {
      for (let at = 0; at < values.length; at += 1) {
        const value = values[at] as number;
        if (Number.isNaN(value)) continue;
        count += 1;
        if (value < min) min = value;
        if (value > max) max = value;
        const distance = value - mean;
        mean += distance / count;
        squares += distance * (value - mean);
      }
    },
    statistics: () => (count === 0 ? none : { count, min, max, mean, sd: Math.sqrt(squares / count) }),
  };
};

/** Statistics of bytes, exactly: from how often each of the 256 values occurs. */
export const accumulateBytes = (): Accumulator => {
  const counts = new Float64Array(256);
  return {
    add: (values) => {
      for (let at = 0; at < values.length; at += 1) counts[values[at] as number]! += 1;
    },
    statistics: () => ofCounts(counts),
  };
};

const none: Statistics = { count: 0, min: 0, max: 0, mean: 0, sd: 0 };

const ofCounts = (counts: Float64Array): Statistics => {
  const present = [...counts.keys()].filter((value) => counts[value] !== 0);
  if (present.length === 0) return none;
  const sum = (term: (value: number) => number): number =>
    present.reduce((total, value) => total + term(value) * (counts[value] as number), 0);
  const count = sum(() => 1);
  const mean = sum((value) => value) / count;
  const variance = sum((value) => (value - mean) ** 2) / count;
  return { count, min: present[0] as number, max: present.at(-1) as number, mean, sd: Math.sqrt(variance) };
};
