import { StageError } from '../../error.ts';
import { createDatasetWriter, openDataset } from '../dataset.ts';
import type { SplitPaths } from '../fitted/splits.ts';
import { originalOf } from '../original.ts';
import { type Rows, rowCount, type TensorColumnData, takeRows } from '../rows.ts';
import { type Layout, layoutOf, windowColumn } from './layout.ts';
import { watchOrder } from './order.ts';
import type { WindowsParams } from './params.ts';
import { joined, lastOf, noSteps, type Steps, stepsOf, windowsOfSteps } from './steps.ts';

/** What became of a split. */
export interface Cut {
  readonly split: string;
  readonly rows: number;
  readonly windows: number;
  readonly series: number;
  /** Steps of time that are not the most frequent one, of all. */
  readonly uneven: { readonly other: number; readonly all: number };
  /**
   * Mean absolute error, in the target's original unit, of foretelling that it stays as it is at the window's last row
   * for all that is foretold:
   * what a model has to beat. Absent where the target is no number, or there is no window.
   */
  readonly persistence?: number;
}

/**
 * Cuts the windows of a split. With steps s and ahead a, what is foretold of row j has the features of the rows
 * j − a − s + 1 to j − a, and j's own target, id and weight; all of them are of one series. A shard of rows gives one of
 * windows, so that a row appended changes the last shard alone. Where f rows are foretold, j is the last of them: their
 * targets are one tensor [f], and its window ends f − 1 rows earlier.
 *
 * @throws StageError where the columns do not make windows, a feature is missing, or the order is broken.
 */
export const cutWindows = async ({ split, from, to }: SplitPaths, params: WindowsParams): Promise<Cut> => {
  const { manifest, shards } = await openDataset(from);
  const layout = layoutOf(manifest, params);
  const writer = await createDatasetWriter(to, layout.header);
  const order = watchOrder(params, split);
  const errors: number[] = [];
  let tail = noSteps;
  let place = -1; // Of a row in its series, from 0.
  let windows = 0;

  for await (const rows of shards()) {
    const steps = joined(tail, stepsOf(rows, layout, split));
    const ends: number[] = [];
    for (let row = 0; row < rowCount(rows); row += 1) {
      place = order.begins(rows, row) ? 0 : place + 1;
      const start = place - spanOf(params) + 1;
      if (start >= 0 && start % params.stride === 0) ends.push(row);
    }
    windows += ends.length;
    const before = tail.target.length;
    if (ends.length > 0) await writer.append(windowsOf(rows, ends, { steps, before, layout, params }));
    await writer.cut();
    for (const row of ends) errors.push(...errorsOf(before + row, steps.target, layout, params));
    tail = lastOf(steps, spanOf(params) - 1, layout);
  }
  await writer.close();
  const tells = layout.target.kind === 'number' && params.ahead > 0 && errors.length > 0;
  return {
    ...{ split, rows: manifest.rows, windows, series: order.series, uneven: order.uneven() },
    ...(tells && { persistence: errors.reduce((sum, error) => sum + error, 0) / errors.length }),
  };
};

/** Rows from the first of a window to the last that is foretold by it. */
const spanOf = ({ steps, ahead, foretell = 1 }: WindowsParams): number => steps + ahead + foretell - 1;

interface Cutting {
  readonly steps: Steps;
  /** Steps that stand before those of the rows. */
  readonly before: number;
  readonly layout: Layout;
  readonly params: WindowsParams;
}

/** The windows by which these rows are foretold. */
const windowsOf = (rows: Rows, ends: readonly number[], { steps, before, layout, params }: Cutting): Rows => {
  const { width, target } = layout;
  const firsts = ends.map((row) => before + row - spanOf(params) + 1);
  const values = windowsOfSteps(steps, firsts, { steps: params.steps, width });
  const { columns, official: _, ...told } = takeRows(rows, ends);
  return {
    ...told,
    official: null,
    columns: new Map([
      [windowColumn, values],
      [target.name, params.foretell === undefined ? columns.get(target.name)! : foretoldAt(ends, params.foretell, { steps, before })], // biome-ignore format: one line
    ]),
  };
};

/** The targets of the rows up to each of these. */
const foretoldAt = (
  ends: readonly number[],
  rows: number,
  { steps: { target }, before }: Pick<Cutting, 'steps' | 'before'>,
): TensorColumnData => {
  const values = new Float32Array(ends.length * rows);
  ends.forEach((row, at) => {
    values.set(target.subarray(before + row - rows + 1, before + row + 1), at * rows);
  });
  const missing = values.findIndex(Number.isNaN);
  if (missing < 0) return { kind: 'tensor', shape: [rows], values };
  throw new StageError('there are rows without a target, and params.foretell takes several in a row', 'put an impute stage before'); // biome-ignore format: one line
};

/** Of each row that is foretold, by the value at the window's end. */
const errorsOf = (
  at: number,
  values: Float64Array,
  { target }: Layout,
  { ahead, foretell = 1 }: WindowsParams,
): number[] => {
  const scaling = target.kind === 'number' ? target.scaling : undefined;
  const first = at - foretell + 1;
  const [then, ...now] = originalOf([values[first - ahead]!, ...values.subarray(first, at + 1)], scaling);
  return now.map((value) => Math.abs(value - then!));
};
