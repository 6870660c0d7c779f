import type { Slicing as SlicingResult, WorstSlice } from '../../types/generated/evaluation.ts';
import type { Interval } from '../metrics/interval.ts';
import { factsOf } from '../metrics/names.ts';
import { roundedInterval } from './rounding.ts';
import type { Slicing } from './slicing.ts';

/** The metrics of each part, in the order of the names; null where one is not defined. */
export type JudgeRows = (rows: readonly number[]) => readonly (Interval | null)[];

/** Judges each part of each slicing by itself. */
export const judgeSlices = (
  slicings: readonly Slicing[],
  names: readonly string[],
  judge: JudgeRows,
): SlicingResult[] =>
  slicings.map(({ name, sql, parts }) => ({
    name,
    ...(sql !== undefined && { sql }),
    parts: parts.map(({ value, rows }) => {
      const metrics = judge(rows);
      const found = names.map((metric, at) => [metric, metrics[at] === null ? null : roundedInterval(metrics[at]!)]);
      return { value, rows: rows.length, metrics: Object.fromEntries(found) };
    }),
  }));

/** Fewer examples than this say too little to be called the worst. */
const leastRows = 10;

/**
 * The part that does worst by a metric, of those of 10 examples or more; of equal ones the first. Undefined where there
 * is none.
 */
export const worstSlice = (
  slices: readonly SlicingResult[],
  metric: string,
  overall: number,
): WorstSlice | undefined => {
  const sign = factsOf(metric)?.mode === 'min' ? -1 : 1;
  let worst: WorstSlice | undefined;
  for (const { name, parts } of slices)
    for (const { value, rows, metrics } of parts) {
      const found = metrics[metric];
      if (rows < leastRows || found === null || found === undefined) continue;
      if (worst !== undefined && sign * found.value >= sign * worst.of_slice.value) continue;
      const clear = sign === 1 ? found.high < overall : found.low > overall;
      worst = { slice: name, value, rows, metric, of_slice: found, overall, clear };
    }
  return worst;
};
