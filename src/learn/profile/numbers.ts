import type { NumbersProfile } from '../../types/generated/profile.ts';
import { quantile } from '../statistics/quantile.ts';
import { createHistogram, type NumberRange } from './histogram.ts';
import { createMoments } from './moments.ts';

/** Numbers that are there, in a fixed order, read piece by piece. */
export interface NumberSource extends NumberRange {
  readonly each: (take: (values: Float64Array) => void) => Promise<void> | void;
}

/** Numbers that are kept for the quantiles, at most: 128 MiB. Of more, every nth is. */
const mostKept = 2 ** 24;

/**
 * How numbers are distributed, in one pass and bounded memory; all but the quantiles of more than 16,777,216 numbers
 * is of all of them. The sums are taken in the order of the rows: the same on however many threads.
 */
export const describeNumbers = async (source: NumberSource, most = mostKept): Promise<NumbersProfile> => {
  const histogram = createHistogram(source);
  const moments = createMoments();
  const every = Math.ceil(source.count / most);
  const kept = new Float64Array(Math.ceil(source.count / every));
  let at = 0;
  await source.each((values) => {
    histogram.add(values);
    moments.add(values);
    if (every === 1) kept.set(values, at);
    else
      for (let i = (every - (at % every)) % every; i < values.length; i += every) kept[(at + i) / every] = values[i]!;
    at += values.length;
  });
  if (at !== source.count) throw new RangeError(`describeNumbers: ${at} numbers came, not ${source.count}`);
  return {
    ...{ min: source.min, max: source.max, ...moments.result() },
    ...{ quantiles: quantilesOf(kept.sort()), quantiles_every: every, histogram: histogram.result() },
  };
};

const quantilesOf = (sorted: Float64Array): NumbersProfile['quantiles'] => ({
  '1%': quantile(sorted, 0.01),
  '5%': quantile(sorted, 0.05),
  '25%': quantile(sorted, 0.25),
  '50%': quantile(sorted, 0.5),
  '75%': quantile(sorted, 0.75),
  '95%': quantile(sorted, 0.95),
  '99%': quantile(sorted, 0.99),
});

/** Numbers that are in memory already; null where there are none. */
export const describeArray = async (values: Float64Array): Promise<NumbersProfile | null> => {
  if (values.length === 0) return null;
  let [min, max] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const whole = values.every(Number.isInteger);
  return describeNumbers({ count: values.length, min, max, whole, each: (take) => take(values) });
};
