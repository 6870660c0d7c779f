import type { Column } from '../../../types/generated/dataset.ts';
import type { Fitted } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { type ColumnData, takeColumn } from '../rows.ts';
import { type Cell, type Checks, type Columns, computeOutputs, dataOf } from './output.ts';
import { refuseMissing, refuseUnfit } from './refuse.ts';
import { type WayOptions, wayOf } from './way.ts';

export interface Served {
  /** The columns in order, as `columns` says them: features alone. */
  readonly values: Columns;
  /** What the columns are. */
  readonly columns: readonly Column[];
}

/**
 * Makes raw rows into what a model takes: applies every fitted step in order, to the same bits as the stages did.
 *
 * @param rows the features of `fitted.columns`, all of one length: numbers (NaN: missing), labels and texts (null:
 * missing), tensors. A target is not needed, and is left out; nor is a column that is dropped and nothing comes of.
 * @returns with `unknown`: how many labels train did not have, by column of the rows.
 * @throws StageError where a column is absent, or a value is missing that no step fills.
 */
export const applyFitted = (
  fitted: Fitted,
  rows: Columns,
): Served & { readonly unknown: ReadonlyMap<string, number> } => {
  const { values, columns, faults, unknown } = serveRows(fitted, rows);
  const [first] = faults;
  if (first !== undefined) {
    const { column, what } = first;
    const count = faults.filter((fault) => fault.column === column && fault.what === what).length;
    if (what === missing) refuseMissing('what is served', column, count);
    else refuseUnfit('what is served', { name: column, what }, count);
  }
  const counts = new Map<string, number>();
  for (const { column } of unknown) counts.set(column, (counts.get(column) ?? 0) + 1);
  return { values, columns, unknown: counts };
};

export interface ServedRows extends Served {
  /** The rows that came through, as indices of those given. */
  readonly kept: readonly number[];
  /** Values that a step cannot take, in the order of the steps: their rows were left out. */
  readonly faults: readonly Fault[];
  /** Labels that train did not have. Their rows stay: each step says what becomes of such a label. */
  readonly unknown: readonly UnknownLabel[];
}

export interface Fault {
  /** Index of the row. */
  readonly row: number;
  readonly column: string;
  /** As `missing`, or "is no date". */
  readonly what: string;
}

export interface UnknownLabel {
  readonly row: number;
  readonly column: string;
  readonly label: string;
  /** The labels that train had. */
  readonly known: ReadonlySet<string>;
}

/** What a fault says of a cell without a value. */
export const missing = 'has no value';

/**
 * As `applyFitted`, but row by row: what is wrong with one row is told, and keeps none of the others back.
 *
 * @throws StageError where a column is absent that something comes of.
 */
export const serveRows = (fitted: Fitted, rows: Columns, options: WayOptions = {}): ServedRows => {
  const { needed, transforms, columns } = wayOf(fitted, options);
  let values: Columns = new Map(needed.map(({ name, kind }) => [name, givenOf(rows, name, kind)]));
  let kept = Array.from({ length: lengthOf(needed, values) }, (_, row) => row);
  const faults: Fault[] = [];
  const unknown: UnknownLabel[] = [];
  for (const transform of transforms) {
    const found = faultsIn(transform.checks, values);
    if (found.length > 0) {
      faults.push(...found.map((fault) => ({ ...fault, row: kept[fault.row] as number })));
      const bad = new Set(found.map(({ row }) => row));
      const good = [...kept.keys()].filter((row) => !bad.has(row));
      values = new Map([...values].map(([name, data]) => [name, takeColumn(data, good)]));
      kept = good.map((row) => kept[row] as number);
    }
    unknown.push(...unknownIn(transform.checks, values).map((each) => ({ ...each, row: kept[each.row] as number })));
    values = computeOutputs(transform, values);
  }
  return { values, columns, kept, faults, unknown };
};

const givenOf = (rows: Columns, name: string, kind: Column['kind']): ColumnData => {
  const data = rows.get(name);
  const wanted = kind === 'number' || kind === 'tensor' ? kind : 'label';
  if (data?.kind === wanted) return data;
  throw new StageError(
    data === undefined ? `the rows have no column "${name}"` : `column "${name}" is no ${kind}`,
    'give each row all features that train had',
  );
};

/** Rows of some columns; none where there is no column. */
const lengthOf = ([first]: readonly Column[], values: Columns): number => {
  if (first === undefined) return 0;
  const data = dataOf(values, first.name);
  return data.kind === 'tensor'
    ? data.values.length / data.shape.reduce((product, size) => product * size, 1)
    : data.values.length;
};

const faultsIn = ({ whole, fits }: Checks, values: Columns): Fault[] => [
  ...whole.flatMap((column) => rowsWhere(values, column, isMissing).map((row) => ({ row, column, what: missing }))),
  ...fits.flatMap(({ column: { name }, test, what }) =>
    values.has(name)
      ? rowsWhere(values, name, (cell) => !isMissing(cell) && !test(cell)).map((row) => ({ row, column: name, what }))
      : [],
  ),
];

const unknownIn = ({ known }: Checks, values: Columns): UnknownLabel[] =>
  [...known].flatMap(([column, labels]) => {
    const cells = cellsOf(values, column);
    return rowsWhere(values, column, (label) => !labels.has(label as string)).map((row) => ({
      ...{ row, column, known: labels },
      label: String(cells[row]),
    }));
  });

const rowsWhere = (values: Columns, name: string, test: (cell: Cell) => boolean): number[] =>
  Array.from(cellsOf(values, name)).flatMap((cell, row) => (test(cell) ? [row] : []));

const cellsOf = (values: Columns, name: string): ArrayLike<Cell> => dataOf(values, name).values as ArrayLike<Cell>;

const isMissing = (cell: Cell): boolean => cell === null || Number.isNaN(cell);
