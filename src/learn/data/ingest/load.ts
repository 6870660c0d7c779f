import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import { firstRow } from '../duckdb.ts';
import { findTwins } from '../names.ts';
import { counted, listed } from '../words.ts';
import { isDate, isNumber, numberOf, textOf } from './cells.ts';
import type { SourceFile } from './format.ts';
import { guessTypes } from './guess.ts';
import { type IngestParams, keptColumns } from './params.ts';
import { type Cell, type CellType, columnsAtOnce, type OpenTable, reading, type TableSource } from './source.ts';

/** A column of the loaded table. */
export interface LoadedColumn {
  readonly name: string;
  /** Its name in the table. */
  readonly value: string;
  readonly type: CellType;
}

/** All rows of a source, in order, in a table of DuckDB's memory; NULL is a missing value. */
export interface Loaded {
  readonly table: string;
  readonly rows: number;
  readonly columns: readonly LoadedColumn[];
  /** The rows of each file. */
  readonly files: readonly { readonly file: SourceFile; readonly rows: number }[];
}

export interface Load {
  readonly connection: DuckDBConnection;
  readonly files: readonly SourceFile[];
  readonly open: OpenTable;
  readonly params: IngestParams;
  /** Name of the table to make. */
  readonly table: string;
}

/**
 * Reads a source once, if the types that its first rows suggest hold for all rows, and else again: what comes out
 * follows from all cells.
 *
 * @throws StageError with file, row and column where the files do not fit together, or a cell not its column.
 */
export const loadTable = async (load: Load): Promise<Loaded> => {
  const { connection, files, open, params } = load;
  const first = await open(connection, files[0] as SourceFile, params);
  checkNames(first.names, first.file.name);
  const names = keptColumns(first.names, params);
  let types = await guessTypes(connection, first, { names, params });
  for (;;) {
    const loaded = await fill(load, { first: first.names, names, types });
    const wrong = await refuted(connection, loaded);
    if (wrong.length === 0) return loaded;
    const corrected = new Map(types);
    for (const column of wrong) corrected.set(column.name, await correct(load, column, loaded));
    types = corrected;
  }
};

interface Filling {
  /** Names of the first file's columns: the others have to have them too. */
  readonly first: readonly string[];
  readonly names: readonly string[];
  readonly types: ReadonlyMap<string, CellType>;
}

const fill = async (load: Load, { first, names, types }: Filling): Promise<Loaded> => {
  const { connection, params, table } = load;
  const columns = names.map((name, index) => ({ name, value: `v${index}`, type: types.get(name) as CellType }));
  const fields = columns.map(({ value, type }) => `${value} ${type === 'number' ? 'DOUBLE' : 'VARCHAR'}`);
  await connection.run(`CREATE OR REPLACE TABLE ${table} (${fields.join(', ')})`);
  const files: { file: SourceFile; rows: number }[] = [];
  let rows = 0;
  for (const file of load.files) {
    if (rows === params.subset) break;
    const source = await load.open(connection, file, params);
    checkSame(source, first, load.files);
    const cells = columns.map(({ name, type }) => heldAs(cellOf(source, name), type, params));
    const limit = params.subset === undefined ? '' : `LIMIT ${params.subset - rows}`;
    const added = await reading(source, () =>
      connection.run(`INSERT INTO ${table} SELECT ${cells.join(', ')} FROM ${source.from} ${limit}`),
    );
    files.push({ file, rows: added.rowsChanged });
    rows += added.rowsChanged;
  }
  if (rows === 0) throw new StageError(`${load.files[0]?.name} has no rows`);
  return { table, rows, columns, files };
};

const heldAs = (cell: Cell, type: CellType, { missing }: IngestParams): string =>
  type === 'number' ? numberOf(cell, missing) : textOf(cell, missing);

const cellOf = (source: TableSource, name: string): Cell => source.cells[source.names.indexOf(name)] as Cell;

const checkNames = (names: readonly string[], file: string): void => {
  names.forEach((name, index) => {
    if (name === '') throw new StageError(`${file}: column ${index + 1} has no name`);
  });
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const first = seen.get(name);
    if (first !== undefined)
      throw new StageError(`${file}: column ${index + 1} is named "${name}", as column ${first + 1} is`);
    seen.set(name, index);
  }
  const twins = findTwins(names);
  if (twins !== null) {
    throw new StageError(`${file}: columns "${twins[0]}" and "${twins[1]}" differ in case alone`, 'rename one of them');
  }
  const reserved = names.find((name) => name === '__id' || name === '__split');
  if (reserved !== undefined) {
    throw new StageError(`${file}: the column name "${reserved}" is Stemma's own`, 'rename it');
  }
};

/** Files that are read as one table have the same columns, in any order. */
const checkSame = ({ file, names }: TableSource, first: readonly string[], files: readonly SourceFile[]): void => {
  const [here, there] = [new Set(names), new Set(first)];
  const missing = first.filter((name) => !here.has(name));
  const more = names.filter((name) => !there.has(name));
  if (missing.length + more.length === 0) return;
  const parts = [
    ...(missing.length === 0 ? [] : [`has no ${listed(missing)}`]),
    ...(more.length === 0 ? [] : [`has ${listed(more)} beside`]),
  ];
  throw new StageError(
    `${file.name} has other columns than ${files[0]?.name}: it ${parts.join(' and ')}`,
    'files that are read as one table need the same columns; name one file as the source, or give params.format',
  );
};

/** The columns with a cell that is not of the type. */
const refuted = async (connection: DuckDBConnection, { table, columns }: Loaded): Promise<LoadedColumn[]> => {
  const doubtful = columns.filter(({ type }) => type !== 'text');
  const wrong: LoadedColumn[] = [];
  for (let from = 0; from < doubtful.length; from += columnsAtOnce) {
    const part = doubtful.slice(from, from + columnsAtOnce);
    const tests = part.map(({ value, type }) =>
      type === 'number' ? `bool_or(NOT isfinite(${value}))` : `bool_or(NOT ${isDate(value)})`,
    );
    const found = await firstRow(connection, `SELECT ${tests.join(', ')} FROM ${table}`);
    wrong.push(...part.filter((_, index) => found[index] === true));
  }
  return wrong;
};

/** What a column is instead: a text, unless it has to be what it is not. */
const correct = async (load: Load, { name, type }: LoadedColumn, loaded: Loaded): Promise<CellType> => {
  const { missing, types } = load.params;
  const asked = own(types, name);
  if (type === 'date') {
    if (asked !== 'date') return 'text';
    const wrong = (cell: Cell) => `NOT ${isDate(textOf(cell, missing))}`;
    throw await refusal(load, loaded, {
      name,
      wrong,
      what: 'is no date as ISO 8601 writes it, and params.types asks for one',
    });
  }
  const others = (cell: Cell) => `${textOf(cell, missing)} IS NOT NULL AND NOT ${isNumber(cell, missing)}`;
  if (asked !== 'number' && (await findCells(load, loaded, { name, wrong: others })) !== null) return 'text';
  const wrong = (cell: Cell) => `NOT isfinite(${numberOf(cell, missing)})`;
  const what = asked === 'number' ? 'is no finite number, and params.types asks for one' : 'is no finite number';
  throw await refusal(load, loaded, { name, wrong, what });
};

interface Wrong {
  readonly name: string;
  /** SQL that is true for the cells. */
  readonly wrong: (cell: Cell) => string;
}

const refusal = async (
  load: Load,
  loaded: Loaded,
  { what, ...wrong }: Wrong & { what: string },
): Promise<StageError> => {
  const found = await findCells(load, loaded, wrong);
  if (found === null) throw new RangeError(`ingest: no cell of "${wrong.name}" is wrong any more`);
  const others = found.count === 1 ? '' : ` (${counted(found.count, 'such cell')} in all)`;
  return new StageError(
    `${found.file}: row ${found.row}, column "${wrong.name}": "${found.text}" ${what}${others}`,
    'if it means that the value is missing, add it to params.missing',
  );
};

/** The first of such cells in the source, and how many there are; null: none. */
const findCells = async (
  { connection, open, params }: Load,
  { files }: Loaded,
  { name, wrong }: Wrong,
): Promise<{ file: string; row: number; text: string; count: number } | null> => {
  let first: { file: string; row: number; text: string } | null = null;
  let count = 0;
  for (const { file, rows } of files) {
    const source = await open(connection, file, params);
    const cell = cellOf(source, name);
    const [row, text, all] = await reading(source, () =>
      firstRow(
        connection,
        `SELECT row, text, count(*) OVER () FROM (SELECT row_number() OVER () AS row, ${cell.text} AS text, ${wrong(cell)} AS wrong
         FROM ${source.from} LIMIT ${rows}) WHERE wrong ORDER BY row LIMIT 1`,
      ),
    );
    if (row === undefined) continue;
    first ??= { file: file.name, row: Number(row), text: String(text) };
    count += Number(all);
  }
  return first === null ? null : { ...first, count };
};
