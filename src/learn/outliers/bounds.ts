import { type Matrix, must } from '../matrix.ts';
import { ascending, median, quantile } from '../statistics/quantile.ts';
import { spreadOf } from '../statistics/spread.ts';

/**
 * How far from the middle a value may lie.
 * - `iqr`: below the first quartile or above the third by more than factor × their distance (Tukey; 1.5 by custom).
 * - `z-score`: more than factor standard deviations (of the population) from the mean (3 by custom).
 * - `mad`: 0.6745 · |value - median| / MAD above factor, the modified z-score (3.5 by custom), with MAD the median of
 *   the distances from the median; outliers themselves do not widen it.
 */
export type BoundsMethod = 'iqr' | 'z-score' | 'mad';

/** One column's bounds. Null where the column has no spread, or no value: then nothing in it is an outlier. */
export interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

/** What was fitted on train: goes into JSON as it is. */
export interface OutlierBounds {
  readonly method: BoundsMethod;
  readonly factor: number;
  /** By column. */
  readonly columns: readonly Bounds[];
}

/**
 * Fits the bounds of each column. NaN is a missing value, and does not count.
 *
 * @param factor above 0.
 * @see J. W. Tukey: Exploratory Data Analysis, 1977 (fences); B. Iglewicz, D. C. Hoaglin: How to Detect and Handle
 * Outliers, 1993 (the modified z-score).
 */
export const fitBounds = (train: Matrix, method: BoundsMethod, factor: number): OutlierBounds => {
  must(factor > 0, `a factor is above 0, not ${factor}`);
  const columns = Array.from({ length: train.columns }, (_, column) => {
    const values = ascending(columnOf(train, column).filter((value) => !Number.isNaN(value)));
    if (values.length === 0) return none;
    const { low, high, spread } = rangeOf(method, values);
    return spread > 0 ? { low: low - factor * spread, high: high + factor * spread } : none;
  });
  return { method, factor, columns };
};

const none: Bounds = { low: null, high: null };

/** Where the bounds are for factor 0, and how much farther for each unit of it. */
const rangeOf = (method: BoundsMethod, sorted: Float64Array): { low: number; high: number; spread: number } => {
  if (method === 'iqr') {
    const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
    return { low, high, spread: high - low };
  }
  if (method === 'mad') {
    const middle = median(sorted);
    const distance = median(sorted.map((value) => Math.abs(value - middle)).sort());
    return { low: middle, high: middle, spread: distance / 0.6745 };
  }
  const { mean, sd } = spreadOf(sorted);
  return { low: mean, high: mean, spread: sd };
};

/** 1 for each value outside its column's bounds: [rows, columns]. A missing value (NaN) is no outlier. */
export const flagBounds = ({ columns }: OutlierBounds, { values, columns: width }: Matrix): Uint8Array => {
  must(columns.length === width, `${width} columns; the bounds were fitted on ${columns.length}`);
  return Uint8Array.from(values, (value, at) => {
    const { low, high } = columns[at % width]!;
    return Number((low !== null && value < low) || (high !== null && value > high));
  });
};

/** Values outside become the bound that they are beyond; the others, NaN too, stay. */
export const winsorize = ({ columns }: OutlierBounds, { values, columns: width }: Matrix): Float64Array => {
  must(columns.length === width, `${width} columns; the bounds were fitted on ${columns.length}`);
  return Float64Array.from(values, (value, at) => {
    const { low, high } = columns[at % width]!;
    if (low !== null && value < low) return low;
    return high !== null && value > high ? high : value;
  });
};

const columnOf = ({ values, rows, columns }: Matrix, column: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]!);
