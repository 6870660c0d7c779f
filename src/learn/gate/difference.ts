import { wilson } from '../metrics/interval.ts';
import type { Figure } from './figures.ts';

/**
 * The difference of two metrics from their intervals alone, as if they were measured on independent examples: on the
 * same ones it is too wide as a rule, and so errs on the side of doubt. Without intervals, the plain difference.
 *
 *     d = x − y,   low = d − √((x − x.low)² + (y.high − y)²),   high = d + √((x.high − x)² + (y − y.low)²)
 *
 * @param x the candidate's.
 * @param y the accepted model's.
 * @see G. Y. Zou, A. Donner: Construction of confidence limits about effect measures, Statistics in Medicine 27, 2008.
 */
export const differenceOf = (x: Figure, y: Figure): Figure => {
  const value = x.value - y.value;
  if (x.low === undefined || x.high === undefined || y.low === undefined || y.high === undefined) return { value };
  return {
    value,
    low: value - Math.hypot(x.value - x.low, y.high - y.value),
    high: value + Math.hypot(x.high - x.value, y.value - y.low),
  };
};

/** How often each of two models was right on the same examples. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/**
 * The difference of two shares of the same examples, first less second, with its 95 % interval: Wilson's bounds of both,
 * put together with the correlation φ between them. Unlike a bootstrap it is not empty where the two never disagree.
 *
 *     low = d − √(δ₁² − 2φδ₁ε₂ + ε₂²),   δ₁ = p₁ − l₁,  ε₂ = u₂ − p₂
 *     high = d + √(ε₁² − 2φε₁δ₂ + δ₂²),  ε₁ = u₁ − p₁,  δ₂ = p₂ − l₂
 *
 * @param counts of at least one example in all.
 * @see R. G. Newcombe: Improved confidence intervals for the difference between binomial proportions based on paired
 * data, Statistics in Medicine 17, 1998 (method 10).
 */
export const pairedShares = (counts: PairedCounts): Required<Figure> => {
  const { both, onlyFirst, onlySecond, neither } = counts;
  const rows = both + onlyFirst + onlySecond + neither;
  const first = wilson((both + onlyFirst) / rows, rows);
  const second = wilson((both + onlySecond) / rows, rows);
  const phi = correlation(counts, rows);
  const half = (a: number, b: number): number => Math.sqrt(Math.max(0, a ** 2 - 2 * phi * a * b + b ** 2));
  const value = (onlyFirst - onlySecond) / rows;
  return {
    value,
    low: value - half(first.value - first.low, second.high - second.value),
    high: value + half(first.high - first.value, second.value - second.low),
  };
};

/** φ, with the correction for continuity where it is positive; 0 where one of the models is always right, or never. */
const correlation = ({ both, onlyFirst, onlySecond, neither }: PairedCounts, rows: number): number => {
  const product = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (product === 0) return 0;
  const excess = both * neither - onlyFirst * onlySecond;
  const corrected = excess > 0 ? Math.max(0, excess - rows / 2) : excess;
  return corrected / Math.sqrt(product);
};
