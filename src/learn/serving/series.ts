import type { Column, RawRows } from '../../types/generated/dataset.ts';
import type { Columns } from '../data/fitted/output.ts';
import type { Rows } from '../data/rows.ts';
import { type Layout, layoutOf, windowColumn } from '../data/windows/layout.ts';
import { watchOrder } from '../data/windows/order.ts';
import type { WindowsParams } from '../data/windows/params.ts';
import { joined, lastOf, noSteps, stepsOf, windowsOfSteps } from '../data/windows/steps.ts';
import { grouped } from '../data/words.ts';
import { StageError } from '../error.ts';

/** How rows that follow each other become what a model of windows takes. */
export interface Windowing {
  readonly params: WindowsParams;
  readonly layout: Layout;
  /** The columns of a row after the fitted steps; the target among them where a window has its past. */
  readonly columns: readonly Column[];
}

/**
 * What the data set of a model says of its windows.
 *
 * @throws StageError where it does not say all of it.
 */
export const windowingOf = ({ windows }: RawRows, target: string | null): Windowing | undefined => {
  if (windows === undefined) return undefined;
  const { columns, past_target = false, ...told } = windows;
  if (columns === undefined)
    throw new StageError(
      'this model takes windows of a series, and does not say of which columns: it was trained by an earlier version',
      'run the pipeline again',
    );
  // An answer is given at each row that ends a window, however far those stand apart that were trained on.
  const params: WindowsParams = { ...told, past_target, stride: 1 };
  const layout = layoutOf({ target, columns }, params);
  return { params, layout, columns: columns.filter(({ name }) => past_target || name !== target) };
};

/** How many rows it takes for an answer. */
export const rowsOfExample = (windowing: Windowing | undefined): number => windowing?.params.steps ?? 1;

/** Some rows of a source that follow those before them. */
export interface RowsInTurn {
  /** The number of each in its source; where one lacks that could not be read, a window does not reach across it. */
  readonly numbers: readonly number[];
  /** After the fitted steps. */
  readonly values: Columns;
}

/** The rows of one source, part by part, as windows. */
export interface Series {
  /**
   * The windows that end in these rows.
   *
   * @returns the number of the last row of each, and the windows as a column.
   * @throws StageError where the rows of a series do not stand together, or its time does not rise.
   */
  add(rows: RowsInTurn): RowsInTurn;
  /** Rows, windows, and how many times rows in a row were too few for one: so far. */
  tell(): { readonly rows: number; readonly windows: number; readonly series: number; readonly short: number };
}

/** @param name of the source, for messages. */
export const startSeries = ({ params, layout }: Windowing, name: string): Series => {
  const order = watchOrder(params, name);
  const { steps: span } = params;
  let tail = noSteps;
  let before = 0; // Number of the row before.
  let inRow = 0;
  const told = { rows: 0, windows: 0, series: 0, short: 0 };
  const add = ({ numbers, values }: RowsInTurn): RowsInTurn => {
    const rows: Rows = { ids: numbers.map(String), official: null, columns: values };
    const { target } = layout;
    // Rows that are asked about may have no target.
    const zeros = { kind: 'number', values: new Float64Array(numbers.length) } as const;
    const whole = values.has(target.name) ? rows : { ...rows, columns: new Map([...values, [target.name, zeros]]) };
    const steps = joined(tail, stepsOf(whole, layout, name));
    const carried = tail.target.length;
    const ends: number[] = [];
    numbers.forEach((number, row) => {
      const begins = order.begins(rows, row) || number !== before + 1;
      if (begins) {
        told.series += 1;
        told.short += 1; // Until it is long enough.
      }
      inRow = begins ? 1 : inRow + 1;
      before = number;
      if (inRow < span) return;
      if (inRow === span) told.short -= 1;
      ends.push(row);
    });
    tail = lastOf(steps, span - 1, layout);
    told.rows += numbers.length;
    told.windows += ends.length;
    const firsts = ends.map((row) => carried + row - span + 1);
    const windows = windowsOfSteps(steps, firsts, { steps: span, width: layout.width });
    return { numbers: ends.map((row) => numbers[row]!), values: new Map([[windowColumn, windows]]) };
  };
  return { add, tell: () => told };
};

/**
 * What people should know of the rows of a source for which there is no answer; undefined: nothing.
 *
 * @throws StageError where there are rows, and no window.
 */
export const refuseShort = (series: Series, { params: { steps } }: Windowing, name: string): string | undefined => {
  const { rows, windows, series: all, short } = series.tell();
  const takes = `the model takes ${grouped(steps)} rows of a series, one after the other`;
  if (rows > 0 && windows === 0)
    throw new StageError(`${name} has ${grouped(rows)} ${rows === 1 ? 'row' : 'rows'}, and no window: ${takes}`);
  return short === 0 ? undefined : `${grouped(short)} of ${grouped(all)} series are too short for an answer: ${takes}`;
};
