import type { DuckDBConnection } from '@duckdb/node-api';
import { firstRow } from '../duckdb.ts';
import { hasTime } from './cells.ts';
import type { Extremes, Loaded, LoadedColumn } from './source.ts';
import { columnsAtOnce } from './source.ts';

/** What is known of all cells of a column. */
export interface ColumnFacts extends Extremes {
  /** Some date has a time of day. */
  readonly withTime: boolean;
  /** Different values; null: more than `mostCounted`. */
  readonly distinct: number | null;
  /** Keys of rows: whole numbers, or texts of at most 64 characters, none missing and none twice. */
  readonly unique: boolean;
}

/** Different values that are counted one by one. */
export const mostCounted = 1_000;

/** Looks at all columns of a loaded table. */
export const factsOf = async (connection: DuckDBConnection, loaded: Loaded): Promise<ColumnFacts[]> => {
  const facts: ColumnFacts[] = [];
  for (let from = 0; from < loaded.columns.length; from += columnsAtOnce) {
    const part = loaded.columns.slice(from, from + columnsAtOnce);
    const early = await earlyDistinct(connection, loaded, part);
    for (const [index, column] of part.entries()) {
      const known = loaded.extremes[from + index] as Extremes;
      const seen = early[index] as number;
      const distinct = await distinctOf(connection, loaded, { column, seen });
      const unique = await isUnique(connection, loaded, { column, known, distinct, seen });
      facts.push({ ...known, withTime: await someTime(connection, loaded, { column, known }), distinct, unique });
    }
  }
  return facts;
};

/** A date alone has 10 characters, and perhaps white space around it. */
const someTime = async (
  connection: DuckDBConnection,
  { table }: Loaded,
  { column: { value, type }, known: { max } }: { readonly column: LoadedColumn; readonly known: Extremes },
): Promise<boolean> => {
  if (type !== 'date' || max === null || max <= 10) return false;
  const [some] = await firstRow(connection, `SELECT bool_or(${hasTime(value)}) FROM ${table}`);
  return some === true;
};

/** Rows that tell of most columns that they have many different values. */
const earlyRows = 20_480;

const earlyDistinct = async (
  connection: DuckDBConnection,
  { table }: Loaded,
  columns: readonly LoadedColumn[],
): Promise<number[]> => {
  const counts = columns.map(({ value }) => `coalesce(list_unique(list(${value})), 0)`).join(', ');
  return (await firstRow(connection, `SELECT ${counts} FROM ${table} WHERE rowid < ${earlyRows}`)).map(Number);
};

interface Seen {
  readonly column: LoadedColumn;
  /** Different values in the early rows. */
  readonly seen: number;
}

const distinctOf = async (
  connection: DuckDBConnection,
  { table, rows }: Loaded,
  { column, seen }: Seen,
): Promise<number | null> => {
  if (seen > mostCounted) return null;
  if (rows <= earlyRows) return seen;
  const [count] = await firstRow(connection, `SELECT count(DISTINCT ${column.value}) FROM ${table}`);
  return Number(count) > mostCounted ? null : Number(count);
};

/** Equal hashes are candidates; without any, all values differ. */
const isUnique = async (
  connection: DuckDBConnection,
  { table, rows }: Loaded,
  { column, known, distinct, seen }: Seen & { known: Extremes; distinct: number | null },
): Promise<boolean> => {
  const { value, type } = column;
  const canBe = type === 'number' || (type === 'text' && (known.max ?? 0) <= 64);
  if (!canBe || known.present < rows || seen < Math.min(rows, earlyRows)) return false;
  if (type === 'number' && !(await isWhole(connection, table, value))) return false;
  if (rows <= earlyRows) return true;
  if (distinct !== null) return false;
  const hash = `hash(${value})`;
  const twins = `SELECT ${hash} AS h FROM ${table} GROUP BY h HAVING count(*) > 1`;
  const [twin] = await firstRow(
    connection,
    `SELECT 1 FROM (SELECT ${value} AS v FROM ${table} WHERE ${hash} IN (${twins}) GROUP BY v HAVING count(*) > 1) LIMIT 1`,
  );
  return twin === undefined;
};

/** Whether all numbers are whole, and below 10¹⁵ in size. */
const isWhole = async (connection: DuckDBConnection, table: string, value: string): Promise<boolean> => {
  const test = `bool_and(${value} = trunc(${value}) AND abs(${value}) < 1e15)`;
  return (await firstRow(connection, `SELECT ${test} FROM ${table}`))[0] === true;
};

/** The first and the last of some texts, by their bytes. */
export const boundsOf = async (
  connection: DuckDBConnection,
  { table }: Loaded,
  text: string,
): Promise<{ min: string | null; max: string | null }> => {
  const [min, max] = await firstRow(connection, `SELECT min(${text}), max(${text}) FROM ${table}`);
  return { min: min as string | null, max: max as string | null };
};
