import { type Stream, stream } from '../random.ts';
import { quantile } from '../statistics/quantile.ts';
import type { Counts } from './confusion.ts';
import { type Interval, wilson } from './interval.ts';

/** Which numbers a metric can be: from 0 to 1, from −1 to 1, or any. */
export type Range = 'share' | 'signed' | 'free';

export interface BootstrapOptions {
  /** Seed of the resamples: the same seed, the same bounds. */
  readonly seed: number;
  /** Number of resamples, at least 40; see `usualResamples`. */
  readonly resamples?: number;
  /** Where examples come in groups, as the words of one row: the group of each. Whole groups are drawn. */
  readonly groups?: Int32Array | undefined;
}

/** 1,000 resamples, and fewer of more than 20,000 examples, where each tells more; 200 at least. */
export const usualResamples = (rows: number): number => Math.max(200, Math.min(1000, Math.floor(2e7 / rows)));

/**
 * Draws examples, or whole groups of them, with replacement: how many times each counts, [rows]. The array is the same one
 * each time.
 *
 * @see A. C. Davison, D. V. Hinkley: Bootstrap Methods and their Application, 1997, section 3.8 (groups).
 */
export function* resample(rows: number, { seed, groups, resamples = usualResamples(rows) }: BootstrapOptions) {
  const random: Stream = stream(seed);
  const counts = new Uint32Array(rows);
  const places = groups && placesOf(groups);
  const units = places === undefined ? rows : unitsOf(rows, groups);
  const drawn = places === undefined ? counts : new Uint32Array(units);
  for (let draw = 0; draw < resamples; draw += 1) {
    drawn.fill(0);
    for (let unit = 0; unit < units; unit += 1) drawn[random.int(units)]! += 1;
    for (let row = 0; places !== undefined && row < rows; row += 1) counts[row] = drawn[places[row]!]!;
    yield counts;
  }
}

/** What is drawn: groups, or examples. */
const unitsOf = (rows: number, groups: Int32Array | undefined): number =>
  groups === undefined ? rows : new Set(groups).size;

/** Groups by their numbers from 0, in the order in which they first occur. */
const placesOf = (groups: Int32Array): Int32Array => {
  const known = new Map<number, number>();
  for (const group of groups) if (!known.has(group)) known.set(group, known.size);
  return groups.map((group) => known.get(group)!);
};

/** A number of a set of examples, each of which may count several times or not at all; NaN where it is not defined. */
export interface Statistic {
  readonly range: Range;
  /** Of how many examples it is at most, where all resamples agree: those of the rarer class, for one. */
  readonly examples?: number;
}

/**
 * Several statistics of a set of examples, each with its 95 % confidence interval from resamples of the examples.
 *
 * A number without bounds has the percentile interval: the 2.5 % and 97.5 % quantiles over the resamples. One that ends
 * at 0 and 1 (or −1 and 1) has Wilson's, at the effective sample size that the resamples' variance says: near its end, and
 * of few examples, all resamples may be alike, and their quantiles would claim a certainty that nobody has. Resamples in
 * which a statistic is not defined are left out of it.
 *
 * @param statistics always the same ones in the same order; counts undefined: the examples as they are.
 * @param of one for each statistic.
 * @see B. Efron, R. J. Tibshirani: An Introduction to the Bootstrap, 1993, section 13.3.
 * @see E. L. Korn, B. I. Graubard, Survey Methodology 24, 1998 (the effective sample size).
 */
export const bootstrap = (
  statistics: (counts: Counts) => readonly number[],
  { rows, of, ...options }: BootstrapOptions & { readonly rows: number; readonly of: readonly Statistic[] },
): readonly Interval[] => {
  const values = statistics(undefined);
  if (values.length === 0) return [];
  const draws = values.map(() => [] as number[]);
  for (const counts of resample(rows, options)) {
    for (const [index, value] of statistics(counts).entries()) if (Number.isFinite(value)) draws[index]!.push(value);
  }
  const units = unitsOf(rows, options.groups);
  return values.map((value, index) => {
    const { range, examples = units } = of[index]!;
    return intervalOf(value, draws[index]!, { rows, range, examples: Math.min(units, examples) });
  });
};

const intervalOf = (
  value: number,
  draws: readonly number[],
  { range, rows, examples }: Statistic & { readonly rows: number; readonly examples: number },
): Interval => {
  if (range === 'free') return percentileInterval(value, draws);
  const [least, width] = range === 'share' ? [0, 1] : [-1, 2];
  const share = Math.min(1, Math.max(0, (value - least) / width));
  const spread = share * (1 - share);
  const variance = varianceOf(draws) / width ** 2;
  const { low, high } = wilson(share, variance > 0 && spread > 0 ? Math.min(rows, spread / variance) : examples);
  return { value, low: Math.min(value, least + width * low), high: Math.max(value, least + width * high) };
};

/** The 2.5 % and 97.5 % quantiles of resamples; the value itself is never outside. */
export const percentileInterval = (value: number, draws: readonly number[]): Interval => {
  if (draws.length === 0) return { value, low: value, high: value };
  const sorted = Float64Array.from(draws).sort();
  return { value, low: Math.min(value, quantile(sorted, 0.025)), high: Math.max(value, quantile(sorted, 0.975)) };
};

const varianceOf = (values: readonly number[]): number => {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
};
