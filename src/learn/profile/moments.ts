/** Mean, spread and skewness of numbers that come in pieces; how they are cut does not matter. */
export interface Moments {
  add(values: ArrayLike<number>): void;
  result(): {
    /** null where it is too large for a number. */
    readonly mean: number | null;
    /** Of the population: divided by n. */
    readonly sd: number | null;
    /** m3 / sd³; null where sd is 0. */
    readonly skewness: number | null;
  };
}

/**
 * One pass, value after value, without the cancellation that sums of squares suffer from.
 *
 * @see T. B. Terriberry: Computing Higher-Order Moments Online, 2007, after B. P. Welford, Technometrics 4(3), 1962.
 */
export const createMoments = (): Moments => {
  let [count, mean, second, third] = [0, 0, 0, 0];
  return {
    add: (values) => {
      for (let at = 0; at < values.length; at += 1) {
        count += 1;
        const delta = values[at]! - mean;
        const step = delta / count;
        const square = delta * step * (count - 1);
        mean += step;
        third += square * step * (count - 2) - 3 * step * second;
        second += square;
      }
    },
    result: () => {
      const sd = Math.sqrt(second / count);
      return { mean: finite(mean), sd: finite(sd), skewness: sd === 0 ? null : finite(third / count / sd ** 3) };
    },
  };
};

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
