import type { Column } from '../../../types/generated/dataset.ts';
import type { Fitted } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { isTarget } from '../targets.ts';
import { type Cell, type Checks, type Columns, computeOutputs, dataOf } from './output.ts';
import { refuseMissing, refuseUnfit } from './refuse.ts';
import { transformOf } from './transform.ts';

export interface Served {
  /** The columns in order, as `columns` says them: features alone. */
  readonly values: Columns;
  /** What the columns are. */
  readonly columns: readonly Column[];
  /** Labels that train did not have, by column of the rows. */
  readonly unknown: ReadonlyMap<string, number>;
}

/**
 * Makes raw rows into what a model takes: applies every fitted step in order, to the same bits as the stages did.
 *
 * @param rows the features of `fitted.columns`, all of one length: numbers (NaN: missing), labels and texts (null:
 * missing), tensors. A target is not needed, and is left out.
 * @throws StageError where a column is absent, or a value is missing that no step fills.
 */
export const applyFitted = (fitted: Fitted, rows: Columns): Served => {
  let columns = (fitted.columns as readonly Column[]).filter(({ name }) => !isTarget(fitted.target, name));
  let values: Columns = new Map(columns.map(({ name, kind }) => [name, givenOf(rows, name, kind)]));
  const unknown = new Map<string, number>();
  for (const step of fitted.steps) {
    const transform = transformOf(step, columns, { split: 'what is served', target: fitted.target });
    check(transform.checks, values, unknown);
    values = computeOutputs(transform, values);
    columns = transform.outputs.map(({ column }) => column);
  }
  return { values, columns, unknown };
};

const givenOf = (rows: Columns, name: string, kind: Column['kind']) => {
  const data = rows.get(name);
  const wanted = kind === 'number' || kind === 'tensor' ? kind : 'label';
  if (data?.kind === wanted) return data;
  throw new StageError(
    data === undefined ? `the rows have no column "${name}"` : `column "${name}" is no ${kind}`,
    'give each row all features that train had',
  );
};

const check = ({ whole, known, fits }: Checks, values: Columns, unknown: Map<string, number>): void => {
  const count = (name: string, test: (cell: Cell) => boolean): number =>
    Array.from(dataOf(values, name).values as ArrayLike<Cell>).filter(test).length;
  for (const name of whole) refuseMissing('what is served', name, count(name, isMissing));
  for (const { column, test, what } of fits) {
    if (!values.has(column.name)) continue;
    refuseUnfit(
      'what is served',
      { name: column.name, what },
      count(column.name, (cell) => !isMissing(cell) && !test(cell)),
    );
  }
  for (const [name, labels] of known) {
    const found = count(name, (label) => !labels.has(label as string));
    if (found > 0) unknown.set(name, (unknown.get(name) ?? 0) + found);
  }
};

const isMissing = (cell: Cell): boolean => cell === null || Number.isNaN(cell);
