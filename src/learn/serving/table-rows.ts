import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { RawColumn, RawRows, RawValues } from '../../types/generated/dataset.ts';
import { readyFor } from '../data/duckdb.ts';
import type { IngestParams } from '../data/ingest/params.ts';
import { type Cell, reading, type TableSource } from '../data/ingest/source.ts';
import type { ColumnData } from '../data/rows.ts';
import { StageError } from '../error.ts';
import { type RowFault, some } from './fault.ts';
import { type RawQuery, type RawTable, rawQuery, type Wanted } from './raw-query.ts';
import type { RawSource } from './raw-rows.ts';
import { type ReadTensor, type RowsWithTexts, type WantedTensor, withTensors } from './tensors-beside.ts';

export interface TableRows {
  readonly connection: DuckDBConnection;
  readonly source: TableSource;
  readonly raw: RawRows;
  readonly wanted: readonly Wanted[];
  /** Tensors beside these, and how their cells are read. */
  readonly tensors: readonly WantedTensor[];
  readonly read: ReadTensor;
  /** Name of the target: a source may have it, and it is not looked at. */
  readonly target: string | null;
  /** What becomes of columns that the model does not know: they are told, or refused. */
  readonly others: 'tell' | 'refuse';
}

/** The params with which ingest's readers open a source of which all is known. */
export const readerParams = ({ missing, columns }: Pick<RawRows, 'missing' | 'columns'>): IngestParams => {
  const lists = columns.filter(mayBeList).map(({ name }) => name);
  // Readers of JSON let arrays through where lists of labels are: what these are is looked at later.
  return { format: 'auto', types: Object.fromEntries(lists.map((name) => [name, 'labels'])), missing };
};

/** Whether a cell of the column may be an array in JSON. */
export const mayBeList = (column: RawColumn): boolean =>
  column.kind === 'labels' || column.kind === 'tensor' || column.words === 'arrays';

/**
 * Raw rows of a table: they go into a table of DuckDB's memory, which spills to the disk, and come out as clean would
 * leave them.
 *
 * @throws StageError where the source cannot be read as a table, or has not the columns of the model.
 */
export const tableRows = async (rows: TableRows): Promise<RawSource> => {
  const { connection, source, raw, wanted, tensors } = rows;
  const others = checkColumns(rows);
  await readyFor(wanted.length);
  const cells = cellsOf(rows, (name) => source.cells[source.names.indexOf(name)]);
  await reading(source, () =>
    connection.run(`CREATE OR REPLACE TEMP TABLE raw_cells AS SELECT ${selection(cells)} FROM ${source.from}`),
  );
  const query = rawQuery({ table: 'raw_cells', ...heldCells(cells, wanted) }, raw);
  const ignored =
    others.length === 0 ? [] : [`columns that the model does not take are not looked at: ${some(others)}`];
  return {
    name: source.file.name,
    notices: [...(source.notice === undefined ? [] : [source.notice]), ...ignored],
    async *parts() {
      for await (const part of readParts(connection, query))
        yield await withTensors(part, { tensors, read: rows.read });
    },
  };
};

/** The cells of values, and after them those of tensors, of which the text alone counts. */
export const cellsOf = (
  { wanted, tensors }: Pick<TableRows, 'wanted' | 'tensors'>,
  cellNamed: (name: string) => Cell | undefined,
): readonly (Cell | undefined)[] => [
  ...wanted.map(({ name }) => cellNamed(name)),
  ...tensors.map(({ from }) => cellNamed(from)).map((cell) => cell && { text: cell.text }),
];

/** The same cells as `selection` names them. */
export const heldCells = (
  cells: readonly (Cell | undefined)[],
  wanted: readonly Wanted[],
): Pick<RawTable, 'cells' | 'columns' | 'tensors'> => {
  const held = cells.map(
    (cell, index): Cell => ({ text: `t${index}`, ...(cell?.typed && { typed: typedCell(index) }) }),
  );
  const [values, tensors] = [held.slice(0, wanted.length), held.slice(wanted.length)];
  return { cells: values, columns: wanted, tensors: tensors.map(({ text }) => text) };
};

/** Of a column that is not there, nothing. One that is always there gives the table its rows. */
export const selection = (cells: readonly (Cell | undefined)[]): string =>
  ['true AS present', ...cells.flatMap((cell, index) => selected(cell, index))].join(', ');

const selected = (cell: Cell | undefined, index: number): string[] => {
  if (cell === undefined) return [`NULL::VARCHAR AS t${index}`];
  const { text, typed } = cell;
  if (typed === undefined) return [`${text} AS t${index}`];
  return [
    `${text} AS t${index}`,
    `(${typed.number})::DOUBLE AS n${index}`,
    `(${typed.isNumber}) AS k${index}`,
    `(${typed.isLossy}) AS l${index}`,
  ];
};

const typedCell = (index: number): NonNullable<Cell['typed']> => ({
  ...{ number: `n${index}`, isNumber: `k${index}`, isLossy: `l${index}` },
});

/** @returns the columns that the model does not know. */
const checkColumns = ({ source: { file, names }, wanted, tensors, target, others }: TableRows): string[] => {
  const needed = [...wanted.filter(({ optional }) => !optional).map(({ name }) => name), ...tensors.map(({ from }) => from)]; // biome-ignore format: one line
  const absent = needed.filter((name) => !names.includes(name));
  const known = new Set([...wanted.map(({ name }) => name), ...needed, ...(target === null ? [] : [target])]);
  const more = names.filter((name) => !known.has(name));
  if (absent.length > 0)
    throw new StageError(
      `${file.name} has no column ${some(absent)}, which the model needs`,
      likely(absent, more) ?? `it has ${some(names)}`,
    );
  if (more.length > 0 && others === 'refuse')
    throw new StageError(
      `${file.name} has the column ${some(more)}, which the model does not know`,
      `it takes ${some([...wanted, ...tensors.map(({ column }) => column)].map(({ name }) => name))}`,
    );
  return more;
};

/** Names that differ in case or white space alone are meant. */
const likely = (absent: readonly string[], more: readonly string[]): string | undefined => {
  const plain = (name: string): string => name.trim().toLowerCase();
  const pairs = absent.flatMap((name) => {
    const other = more.find((each) => plain(each) === plain(name));
    return other === undefined ? [] : [`it has "${other}" where the model has "${name}"`];
  });
  return pairs.length === 0 ? undefined : pairs.join('; ');
};

async function* readParts(
  connection: DuckDBConnection,
  query: RawQuery,
): AsyncGenerator<RowsWithTexts, void, undefined> {
  const { sql, inOrder } = query;
  const next = await connection
    .stream(`${sql} ${inOrder}`)
    .then((result) => result[Symbol.asyncIterator](), refuseRules);
  for (;;) {
    const { done, value: chunk } = await next.next().catch(refuseRules);
    if (done === true || chunk === undefined) return;
    if (chunk.rowCount > 0) yield partOf(chunk, query);
  }
}

const refuseRules = (error: Error): never => {
  throw new StageError(`the rules of the model's raw rows cannot be applied: ${error.message.split('\n')[0]}`);
};

/** The rows of a chunk of what a query gave. */
export const partOf = (
  chunk: DuckDBDataChunk,
  { faults, columns, tensors }: Pick<RawQuery, 'faults' | 'columns' | 'tensors'>,
): RowsWithTexts => {
  const [places, wrong, found] = [0, 1, 2].map((index) => chunk.getColumnVector(index));
  const good: number[] = [];
  const told: RowFault[] = [];
  const rows: number[] = [];
  const numbers: number[] = [];
  for (let at = 0; at < chunk.rowCount; at += 1) {
    const row = Number(places?.getItem(at)) + 1;
    rows.push(row);
    const indices = String(wrong?.getItem(at) ?? '');
    if (indices === '') {
      good.push(at);
      numbers.push(row);
    } else told.push(...rowFaults(row, indices, { text: String(found?.getItem(at)), faults, columns }));
  }
  return {
    numbers,
    columns: new Map(columns.map(({ name, kind }, index) => [name, dataOf(chunk, index + 3, { kind, good })])),
    faults: told,
    texts: { rows, columns: Array.from({ length: tensors }, (_, index) => textsOf(chunk, 3 + columns.length + index)) },
  };
};

const textsOf = (chunk: DuckDBDataChunk, index: number): (string | null)[] => {
  const vector = chunk.getColumnVector(index);
  return Array.from({ length: chunk.rowCount }, (_, at) => vector.getItem(at) as string | null);
};

interface FaultsFound extends Pick<RawQuery, 'faults' | 'columns'> {
  /** The JSON list of the row's cells. */
  readonly text: string;
}

const rowFaults = (row: number, indices: string, { text, faults, columns }: FaultsFound): RowFault[] => {
  const cells = JSON.parse(text) as readonly (string | null)[];
  const told = new Map<string, RowFault>();
  for (const index of indices.split(' ')) {
    const fault = faults[Number(index)] as RawQuery['faults'][number];
    const found = cells[columns.findIndex(({ name }) => name === fault.column)] ?? null;
    // What comes of a cell that is wrong is no fault of its own.
    if (!told.has(fault.column)) told.set(fault.column, { row, ...fault, found });
  }
  return [...told.values()];
};

const dataOf = (
  chunk: DuckDBDataChunk,
  index: number,
  { kind, good }: { readonly kind: RawValues['kind']; readonly good: readonly number[] },
): ColumnData => {
  const vector = chunk.getColumnVector(index);
  if (kind === 'number')
    return {
      kind: 'number',
      values: Float64Array.from(good, (at) => (vector.getItem(at) as number | null) ?? Number.NaN),
    };
  return { kind: 'label', values: good.map((at) => vector.getItem(at) as string | null) };
};
