import { intField } from '../protobuf.ts';
import { pluginValue } from './events.ts';

/** Text; TensorBoard reads it as Markdown. */
export const textValue = (tag: string, text: string): Buffer =>
  pluginValue({ tag, plugin: 'text', tensor: { type: 'string', shape: [1], values: [text] } });

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

/** Pictures of one size. */
export const imageValue = (tag: string, pictures: readonly Picture[]): Buffer => {
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const values = [String(width), String(height), ...pictures.map(({ png }) => png)];
  return pluginValue({ tag, plugin: 'images', tensor: { type: 'string', shape: [values.length], values } });
};

/** A histogram of finite numbers in bins of one width: rows of left edge, right edge, count; without numbers it is empty. */
export const histogramValue = (tag: string, numbers: ArrayLike<number>, bins = 30): Buffer => {
  const rows = histogram(numbers, bins);
  return pluginValue({
    ...{ tag, plugin: 'histograms' },
    tensor: { type: 'double', shape: [rows.length, 3], values: rows.flat() },
  });
};

/** Numbers that are not finite are left out. */
export const histogram = (numbers: ArrayLike<number>, bins: number): [left: number, right: number, count: number][] => {
  let [least, most] = boundsOf(numbers);
  if (least > most) return [];
  if (least === most) [least, most] = [least - 0.5, most + 0.5];
  const counts = countsOf(numbers, { least, range: most - least, bins });
  const edge = (bin: number): number => least + ((most - least) * bin) / bins;
  return Array.from({ length: bins }, (_, bin) => [edge(bin), edge(bin + 1), counts[bin]!]);
};

/** The least and the greatest of the finite numbers. */
const boundsOf = (numbers: ArrayLike<number>): [least: number, most: number] => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < numbers.length; at += 1) {
    const value = numbers[at]!;
    if (value < least && value > Number.NEGATIVE_INFINITY) least = value;
    if (value > most && value < Number.POSITIVE_INFINITY) most = value;
  }
  return [least, most];
};

interface Bins {
  readonly least: number;
  readonly range: number;
  readonly bins: number;
}

const countsOf = (numbers: ArrayLike<number>, { least, range, bins }: Bins): Uint32Array => {
  // One more, for the greatest of all: it belongs to the last.
  const counts = new Uint32Array(bins + 1);
  for (let at = 0; at < numbers.length; at += 1) {
    const share = (numbers[at]! - least) / range;
    if (share >= 0 && share <= 1) counts[(share * bins) | 0]! += 1;
  }
  counts[bins - 1]! += counts[bins]!;
  return counts;
};

/**
 * A curve of precision over recall: for each threshold, of `thresholds` evenly over [0, 1], what comes of calling each
 * example positive whose probability is at least that.
 *
 * @param positive whether each example is.
 */
export const prCurveValue = (
  tag: string,
  { probabilities, positive }: { readonly probabilities: ArrayLike<number>; readonly positive: readonly boolean[] },
  thresholds = 101,
): Buffer => {
  // PrCurvePluginData: num_thresholds.
  const content = intField(2, thresholds);
  const values = prCurve(probabilities, positive, thresholds).flat();
  return pluginValue({ tag, plugin: 'pr_curves', content, tensor: { type: 'float', shape: [6, thresholds], values } });
};

/** Rows of true positives, false positives, true negatives, false negatives, precision, recall; a column a threshold. */
export const prCurve = (
  probabilities: ArrayLike<number>,
  positive: readonly boolean[],
  thresholds: number,
): number[][] => {
  const [yes, no] = [new Float64Array(thresholds), new Float64Array(thresholds)];
  for (const [row, is] of positive.entries()) {
    const highest = Math.min(thresholds - 1, Math.max(0, Math.floor(probabilities[row]! * (thresholds - 1))));
    (is ? yes : no)[highest]! += 1;
  }
  const [positives, negatives] = [yes, no].map((all) => all.reduce((sum, count) => sum + count, 0)) as [number, number];
  const above = (counts: Float64Array): number[] => {
    let sum = 0;
    return [...counts].reverse().map((count) => (sum += count)).reverse(); // biome-ignore format: one line
  };
  const [hits, alarms] = [above(yes), above(no)];
  return [
    hits,
    alarms,
    alarms.map((count) => negatives - count),
    hits.map((count) => positives - count),
    hits.map((count, at) => count / Math.max(1, count + alarms[at]!)),
    hits.map((count) => count / Math.max(1, positives)),
  ];
};
