import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataSchema } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import { firstRow, readyFor } from '../duckdb.ts';
import type { Official } from '../rows.ts';
import { counted } from '../words.ts';
import { isDate, isLossyNumber, isNumber, numberOf, textOf } from './cells.ts';
import { refuseOtherColumns } from './enforce.ts';
import { extremesOf, hasInfinite, hasLarge } from './extremes.ts';
import type { SourceFile } from './format.ts';
import { guessTypes } from './guess.ts';
import { listOf, listsAmong } from './lists.ts';
import { officialBy } from './official.ts';
import { type IngestParams, keptColumns } from './params.ts';
import {
  type Cell,
  type CellType,
  columnsAtOnce,
  type Extremes,
  type Loaded,
  type LoadedColumn,
  type LoadedList,
  type OpenTable,
  type Refusal,
  reading,
  type TableSource,
} from './source.ts';
import { checkNames, checkSame } from './table-names.ts';

export interface Load {
  readonly connection: DuckDBConnection;
  readonly files: readonly SourceFile[];
  readonly open: OpenTable;
  readonly params: IngestParams;
  /** What the source has to keep to; null: nothing. */
  readonly schema: DataSchema | null;
  /** Name of the table to make. */
  readonly table: string;
}

/**
 * Reads a source once, if the types that its first rows suggest hold for all rows, and else again: what comes out
 * follows from all cells.
 *
 * @throws StageError with file, row and column where the files do not fit together, or a cell not its column, if no
 * schema says what the columns have to be.
 */
export const loadTable = async (load: Load): Promise<Loaded> => {
  const { connection, files, open, params } = load;
  const first = await open(connection, files[0] as SourceFile, params);
  checkNames(first.names, first.file.name);
  const { columns } = params;
  if (load.schema !== null)
    refuseOtherColumns(
      first.names.filter((name) => columns?.includes(name) ?? true),
      load.schema,
      params.labels,
    );
  const kept = keptColumns(first.names, params);
  const lists = listsAmong(kept, first, params);
  const names = kept.filter((name) => !lists.some((list) => list.name === name));
  await readyFor(kept.length);
  const guessed = await guessTypes(connection, first, { names, params });
  let { types } = guessed;
  const lossy = [...guessed.lossy];
  const nearly = new Map(guessed.nearly);
  const refused: Refusal[] = [];
  for (;;) {
    const filling = { first, names, types, lists };
    const fast = first.withNumbers === undefined ? null : await fillFast(load, filling);
    const loaded = fast ?? ((await fill(load, filling, 'as it is')) as Loaded);
    const wrong = await refuted(connection, loaded);
    if (wrong.length === 0) return { ...loaded, names: kept, lossy, nearly, refused };
    const refusals = await correctAll(load, wrong, loaded);
    if (load.schema === null) refuse(refusals);
    refused.push(...refusals);
    lossy.push(...wrong.filter(({ type }) => type === 'number').map(({ name }) => name));
    for (const { name, type } of wrong) nearly.set(name, type as 'number' | 'date');
    types = new Map([...types, ...wrong.map(({ name }): [string, CellType] => [name, 'text'])]);
  }
};

/** With the numbers as DuckDB reads them; null where it would read some otherwise, or not keep them. */
const fillFast = async (load: Load, filling: Filling): Promise<Filled | null> => {
  const filled = await fill(load, filling, 'with numbers');
  // Only whole ones of this size can have lost digits; which of them have, their texts say.
  const isKept = ({ type }: LoadedColumn, index: number) =>
    type !== 'number' || !hasLarge(filled?.extremes[index] as Extremes);
  return filled?.columns.every(isKept) ? filled : null;
};

type Filled = Omit<Loaded, 'names' | 'lossy' | 'nearly' | 'refused'>;

interface Filling {
  /** The first file: the others have to have its columns too. */
  readonly first: TableSource;
  /** Names of the columns that are no lists. */
  readonly names: readonly string[];
  readonly types: ReadonlyMap<string, CellType>;
  readonly lists: readonly LoadedList[];
}

/** @returns null where the files are to be read with numbers, and one of them cannot be. */
const fill = async (
  load: Load,
  { first, names, types, lists }: Filling,
  how: 'with numbers' | 'as it is',
): Promise<Filled | null> => {
  const { connection, params, table } = load;
  const columns = names.map((name, index) => ({ name, value: `v${index}`, type: types.get(name) as CellType }));
  const scalars = columns.map(({ value, type }) => `${value} ${type === 'number' ? 'DOUBLE' : 'VARCHAR'}`);
  const fields = [...scalars, ...lists.map(({ value, element }) => `${value} ${element}[]`)];
  await connection.run(`CREATE OR REPLACE TABLE ${table} (${fields.join(', ')})`);
  const files: { file: SourceFile; rows: number }[] = [];
  const notices: string[] = [];
  let rows = 0;
  const splitOf = officialBy(
    'name',
    load.files.map(({ name }) => name),
  );
  const taken = new Map<Official | null, number>();
  for (const file of load.files) {
    const split = splitOf?.(file.name) ?? null;
    const left = params.subset === undefined ? Number.POSITIVE_INFINITY : params.subset - (taken.get(split) ?? 0);
    if (left === 0) continue;
    const source = await load.open(connection, file, params);
    checkSame(source, first.names, load.files);
    const numbers = new Set(
      columns.filter(({ type }) => type === 'number').map(({ name }) => source.names.indexOf(name)),
    );
    const read = how === 'as it is' ? source : await source.withNumbers?.(numbers);
    if (read == null) return null;
    const scalar = columns.map(({ name, type }) => heldAs(cellOf({ ...source, ...read }, name), type, params));
    const cells = [...scalar, ...lists.map((list) => listOf(cellOf(source, list.name), { list, file, first }))];
    const limit = Number.isFinite(left) ? `LIMIT ${left}` : '';
    const insert = () => connection.run(`INSERT INTO ${table} SELECT ${cells.join(', ')} FROM ${read.from} ${limit}`);
    const added = how === 'as it is' ? await reading(source, insert) : await insert().catch(() => null);
    if (added === null) return null;
    files.push({ file, rows: added.rowsChanged });
    // Of many files one is enough.
    if (source.notice !== undefined && notices.length === 0) notices.push(`${file.name}: ${source.notice}`);
    rows += added.rowsChanged;
    taken.set(split, (taken.get(split) ?? 0) + added.rowsChanged);
  }
  if (rows === 0) throw new StageError(`${load.files[0]?.name} has no rows`);
  return { table, rows, columns, lists, files, notices, extremes: await extremesOf(connection, { table, columns }) };
};

const heldAs = (cell: Cell, type: CellType, { missing }: IngestParams): string =>
  type === 'number' ? numberOf(cell, missing) : textOf(cell, missing);

const cellOf = (source: TableSource, name: string): Cell => source.cells[source.names.indexOf(name)] as Cell;

/** The columns with a cell that is not of the type. */
const refuted = async (connection: DuckDBConnection, { table, columns, extremes }: Filled): Promise<LoadedColumn[]> => {
  const wrong = new Set(
    columns.filter(({ type }, index) => type === 'number' && hasInfinite(extremes[index] as Extremes)),
  );
  const dates = columns.filter(({ type }) => type === 'date');
  for (let from = 0; from < dates.length; from += columnsAtOnce) {
    const part = dates.slice(from, from + columnsAtOnce);
    const tests = part.map(({ value }) => `bool_or(${value} IS NOT NULL AND NOT ${isDate(value)})`);
    const found = await firstRow(connection, `SELECT ${tests.join(', ')} FROM ${table}`);
    part.forEach((column, index) => {
      if (found[index] === true) wrong.add(column);
    });
  }
  return columns.filter((column) => wrong.has(column));
};

/** Those of the columns that have to be what they are not; the others become texts. */
const correctAll = async (load: Load, wrong: readonly LoadedColumn[], loaded: Filled): Promise<Refusal[]> => {
  const refusals: Refusal[] = [];
  for (const column of wrong) refusals.push(...(await correct(load, column, loaded)));
  return refusals;
};

const refuse = (refusals: readonly Refusal[]): void => {
  const [first] = refusals;
  if (first === undefined) return;
  throw new StageError(refusals.map(({ message }) => message).join('\n'), first.hint);
};

const correct = async (load: Load, { name, type }: LoadedColumn, loaded: Filled): Promise<Refusal[]> => {
  const { missing, types } = load.params;
  const asked = own(types, name);
  if (type === 'date') {
    if (asked !== 'date') return [];
    const wrong = (cell: Cell) => `${textOf(cell, missing)} IS NOT NULL AND NOT ${isDate(textOf(cell, missing))}`;
    const what = `is no date as ISO 8601 writes it, and ${asker(load, name)} asks for one`;
    return [await refusal(load, loaded, { name, wrong, what, hint: ifMissing })];
  }
  const others = (cell: Cell) => `${textOf(cell, missing)} IS NOT NULL AND NOT ${isNumber(cell, missing)}`;
  if (asked !== 'number' && (await findCells(load, loaded, { name, wrong: others })) !== null) return [];
  const demand = asked === 'number' ? `, and ${asker(load, name)} asks for one` : '';
  const lossy = (cell: Cell) => isLossyNumber(cell, missing);
  const infinite = (cell: Cell) => `NOT isfinite(${numberOf(cell, missing)}) AND NOT ${lossy(cell)}`;
  const asks: Asked[] = [
    { name, wrong: infinite, what: `is no finite number${demand}`, hint: ifMissing },
    { name, wrong: lossy, what: `would not be kept as a number${demand}`, hint: ifLossy },
  ];
  const found: Refusal[] = [];
  for (const ask of asks)
    if ((await findCells(load, loaded, ask)) !== null) found.push(await refusal(load, loaded, ask));
  return found;
};

const ifMissing = 'if it means that the value is missing, add it to params.missing';
const ifLossy =
  'as a category or a text it is kept; where its leading zeros or last digits mean nothing, clean can make numbers of it (params.types)';

const asker = ({ schema }: Load, name: string): string =>
  schema?.columns.some((column) => column.name === name) === true ? 'the schema' : 'params.types';

interface Wrong {
  readonly name: string;
  /** SQL that is true for the cells. */
  readonly wrong: (cell: Cell) => string;
}

interface Asked extends Wrong {
  readonly what: string;
  readonly hint: string;
}

const refusal = async (load: Load, loaded: Filled, { what, hint, ...wrong }: Asked): Promise<Refusal> => {
  const found = await findCells(load, loaded, wrong);
  if (found === null) throw new RangeError(`ingest: no cell of "${wrong.name}" is wrong any more`);
  const others = found.count === 1 ? '' : ` (${counted(found.count, 'such cell')} in all)`;
  return {
    name: wrong.name,
    message: `${found.file}: row ${found.row}, column "${wrong.name}": "${found.text}" ${what}${others}`,
    count: found.count,
    hint,
  };
};

/** The first of such cells in the source, and how many there are; null: none. */
const findCells = async (
  { connection, open, params }: Load,
  { files }: Filled,
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
