import { lnGamma, upperGamma } from '../statistics/gamma.ts';
import type { Counts } from './confusion.ts';
import type { Interval } from './interval.ts';
import { type BootstrapOptions, percentileInterval, resample } from './resample.ts';

/** Two models on the same examples: how often only one of them was right. */
export interface McNemar {
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Probability of so uneven a division, or a more uneven one, if both were right equally often. */
  readonly p: number;
  readonly exact: boolean;
}

/**
 * McNemar's test of whether two models are right equally often. Only examples on which one alone is right tell anything.
 * Up to 1,000 of those it is exact, two-sided, by the binomial distribution of a fair coin; of more, by chi² with Edwards'
 * correction, (|b − c| − 1)²/(b + c), one degree of freedom.
 *
 * @param first whether the first model is right, by row; the second, likewise.
 * @see Q. McNemar: Note on the Sampling Error of the Difference between Correlated Proportions, Psychometrika 12, 1947.
 */
export const mcnemar = (rows: number, first: (row: number) => boolean, second: (row: number) => boolean): McNemar => {
  let [onlyFirst, onlySecond] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    if (first(row) && !second(row)) onlyFirst += 1;
    if (second(row) && !first(row)) onlySecond += 1;
  }
  const trials = onlyFirst + onlySecond;
  const exact = trials <= 1000;
  const p = exact
    ? fairCoin(Math.min(onlyFirst, onlySecond), trials)
    : corrected(Math.abs(onlyFirst - onlySecond), trials);
  return { onlyFirst, onlySecond, p, exact };
};

/** Twice the probability of at most so many heads, at most 1. */
const fairCoin = (heads: number, trials: number): number => {
  let below = 0;
  for (let at = 0; at <= heads; at += 1) {
    below += Math.exp(lnGamma(trials + 1) - lnGamma(at + 1) - lnGamma(trials - at + 1) - trials * Math.LN2);
  }
  return Math.min(1, 2 * below);
};

const corrected = (difference: number, trials: number): number =>
  upperGamma(0.5, Math.max(0, difference - 1) ** 2 / trials / 2);

/** By how much a metric of one model is above that of another, on the same examples. */
export interface Difference extends Interval {
  /** Probability of a difference as far from 0 on either side, if there were none: never below 2/(resamples + 1). */
  readonly p: number;
}

/**
 * The paired bootstrap: both models are judged on the same resamples of the examples, so that what makes an example hard for
 * both cancels. The interval is that of the percentiles; p is twice the smaller share of the differences on one side of 0.
 *
 * @param statistics pairs of numbers [first model, second model], always the same ones in the same order; a pair with a
 * NaN in a resample is left out of it.
 * @returns first less second, one for each pair; null where one of the two is not defined.
 * @see B. Efron, R. J. Tibshirani: An Introduction to the Bootstrap, 1993, sections 13.3 and 15.4.
 */
export const pairedDifferences = (
  statistics: (counts: Counts) => readonly (readonly [number, number])[],
  { rows, ...options }: BootstrapOptions & { readonly rows: number },
): readonly (Difference | null)[] => {
  const values = statistics(undefined).map(([first, second]) => first - second);
  const draws = values.map(() => [] as number[]);
  for (const counts of resample(rows, options)) {
    for (const [index, [first, second]] of statistics(counts).entries()) {
      if (Number.isFinite(first - second)) draws[index]!.push(first - second);
    }
  }
  return values.map((value, index) => {
    if (!Number.isFinite(value)) return null;
    const drawn = draws[index]!;
    const [below, above] = [drawn.filter((of) => of <= 0).length, drawn.filter((of) => of >= 0).length];
    const p = Math.min(1, (2 * (Math.min(below, above) + 1)) / (drawn.length + 1));
    return { ...percentileInterval(value, drawn), p };
  });
};
