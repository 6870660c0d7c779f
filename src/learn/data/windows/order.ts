import { StageError } from '../../error.ts';
import { columnOf, type Rows } from '../rows.ts';
import type { WindowsParams } from './params.ts';

/** What is found about the order of a split's rows while they pass. */
export interface Order {
  /** Whether a row belongs to another series than the one before it. @throws StageError where the order is broken. */
  begins(rows: Rows, row: number): boolean;
  readonly series: number;
  /** Steps of time that are not the most frequent one, of how many. */
  uneven(): { readonly other: number; readonly all: number };
}

/** Watches that the rows of a series stand together, and that time rises within it. */
export const watchOrder = ({ by, time }: WindowsParams, split: string): Order => {
  const ended = new Set<unknown>();
  const steps = new Map<number, number>();
  let current: unknown;
  let last: number | string | undefined;
  let series = 0;

  const enter = (value: unknown, id: string): void => {
    if (series > 0) ended.add(current);
    if (ended.has(value)) {
      throw new StageError(
        `${split}: the rows of "${by}" ${JSON.stringify(value)} do not stand together: row ${id} comes after those of another`,
        'sort the source by it, then by time',
      );
    }
    current = value;
    last = undefined;
    series += 1;
  };
  const advance = (value: number | string, id: string): void => {
    if (last !== undefined && !(value > last)) {
      throw new StageError(
        `${split}: "${time}" does not rise at row ${id}: ${value} comes after ${last}`,
        'sort the source by it',
      );
    }
    if (last !== undefined) {
      const step = instant(value) - instant(last);
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
    last = value;
  };

  return {
    begins: (rows, row) => {
      const id = rows.ids[row] as string;
      const value = by === undefined ? undefined : columnOf(by)(rows).values[row];
      const isNew = series === 0 || value !== current;
      if (isNew) enter(value, id);
      if (time !== undefined) advance(timeOf(rows, row, { time, split }), id);
      return isNew;
    },
    get series() {
      return series;
    },
    uneven: () => {
      const counts = [...steps.values()];
      const all = counts.reduce((sum, count) => sum + count, 0);
      return { other: all - Math.max(0, ...counts), all };
    },
  };
};

const timeOf = (rows: Rows, row: number, { time, split }: { time: string; split: string }): number | string => {
  const value = columnOf(time)(rows).values[row] ?? Number.NaN;
  if (Number.isNaN(value))
    throw new StageError(`${split}: row ${rows.ids[row]} has no "${time}"`, 'drop such rows in clean');
  return value;
};

/** Dates are ISO 8601 without a zone. */
const instant = (value: number | string): number =>
  typeof value === 'number' ? value : Date.parse(`${value}${value.length > 10 ? 'Z' : ''}`);
