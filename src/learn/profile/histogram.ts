import type { ProfileHistogram } from '../../types/generated/profile.ts';

/** How many bins a histogram has at most. */
export const mostBins = 30;

/** Counts numbers into bins of one width. */
export interface HistogramCounter {
  add(values: ArrayLike<number>): void;
  result(): ProfileHistogram;
}

/**
 * A histogram of `count` numbers that lie between `min` and `max`. Whole numbers of a range below 30 get a bin each;
 * others (2n)^(1/3) bins, rounded up, 30 at most.
 *
 * @see G. R. Terrell, D. W. Scott: Oversmoothed Nonparametric Density Estimates, JASA 80, 1985.
 */
export const createHistogram = (range: NumberRange): HistogramCounter => {
  const { from, to, bins } = bordersOf(range);
  const counts = new Array<number>(bins).fill(0);
  // Halves: the whole width may be too large for a number.
  const width = to / 2 - from / 2;
  return {
    add: (values) => {
      for (let at = 0; at < values.length; at += 1) {
        const place = width === 0 ? 0 : Math.floor(((values[at]! / 2 - from / 2) / width) * bins);
        counts[Math.min(bins - 1, Math.max(0, place))]! += 1;
      }
    },
    result: () => ({ from, to, counts }),
  };
};

export interface NumberRange {
  /** At least 1. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** All of them are whole numbers. */
  readonly whole: boolean;
}

const bordersOf = ({ count, min, max, whole }: NumberRange): { from: number; to: number; bins: number } => {
  if (whole && max - min < mostBins) return { from: min - 0.5, to: max + 0.5, bins: max - min + 1 };
  if (min === max) return { from: min, to: max, bins: 1 };
  return { from: min, to: max, bins: Math.min(mostBins, Math.ceil((2 * count) ** (1 / 3))) };
};
