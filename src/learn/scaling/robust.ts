import { must } from '../matrix.ts';
import { ascending, median, quantile } from '../statistics/quantile.ts';

/** What was fitted on train: goes into JSON as it is. */
export interface Robust {
  readonly median: number;
  /** Distance of the quartiles; 1 where it is 0, so that values stay as far from the median as they are. */
  readonly range: number;
}

/** As scikit-learn's `RobustScaler`: outliers in train move neither median nor quartiles much. */
export const fitRobust = (train: ArrayLike<number>): Robust => {
  must(train.length > 0, 'a scaler needs a value');
  const sorted = ascending(train);
  const range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return { median: median(sorted), range: range === 0 ? 1 : range };
};

/** (value - median) / range; NaN stays. */
export const applyRobust = ({ median, range }: Robust, values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values, (value) => (value - median) / range);

export const invertRobust = ({ median, range }: Robust, values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values, (value) => value * range + median);
