import type { DuckDBConnection } from '@duckdb/node-api';
import { readAll } from '../chunks.ts';
import { onTwoConnections } from '../duckdb.ts';
import { rowDigest } from '../identity.ts';
import { createRepeats, repeatKey } from '../repeats.ts';
import { rowsWith } from '../row-bits.ts';
import type { ColumnFacts } from './facts.ts';
import { storedAs } from './lists.ts';
import type { Loaded } from './source.ts';

/** The ids of a loaded table's rows. */
export interface RowIds {
  /** SQL of a row's digest. */
  readonly digest: string;
  /** Name of a table (row, ordinal) of the rows that equal an earlier one; null: there is none. */
  readonly ordinals: string | null;
}

/**
 * Finds the rows that equal others, which need an ordinal in their id. Candidates are found by DuckDB's own hash, since
 * most rows have none that is equal; the digests of these decide.
 */
export const identifyRows = async (
  connection: DuckDBConnection,
  { table, rows, columns: scalars, lists }: Loaded,
  facts: readonly ColumnFacts[],
): Promise<RowIds> => {
  const columns = [...scalars, ...lists.map((list) => ({ name: list.name, value: storedAs(list) }))];
  const digest = rowDigest(columns);
  if (facts.some(({ unique }) => unique)) return { digest, ordinals: null };
  const key = repeatKey(columns.map(({ value }) => value));
  const chosen = await repeatedRows({ table, rows, key });
  if (chosen === null) return { digest, ordinals: null };
  const digests = `${table}_digests`;
  await connection.run(`CREATE OR REPLACE TABLE ${digests} (row BIGINT, digest VARCHAR)`);
  const slices = slicesOf(rows);
  await onTwoConnections(async (each) => {
    for (let slice = slices.pop(); slice !== undefined; slice = slices.pop()) {
      const { from, to, where } = slice;
      const isChosen = rowsWith(chosen.subarray(from, to), 1, `rowid - ${from}`) ?? 'true';
      if (isChosen === 'false') continue;
      await each.run(`INSERT INTO ${digests} SELECT rowid, ${digest} FROM ${table} WHERE ${where} AND ${isChosen}`);
    }
  });
  const ordinals = `${table}_ordinals`;
  await connection.run(`CREATE OR REPLACE TABLE ${ordinals} AS SELECT row, ordinal FROM (
    SELECT row, row_number() OVER (PARTITION BY digest ORDER BY row) - 1 AS ordinal FROM ${digests}
  ) WHERE ordinal > 0 ORDER BY row`);
  await connection.run(`DROP TABLE ${digests}`);
  return { digest, ordinals };
};

interface Keyed {
  readonly table: string;
  readonly rows: number;
  /** SQL of a row's key. */
  readonly key: string;
}

/** 1 for each row whose key another one has too, else 0; null where there is none. */
const repeatedRows = async ({ table, rows, key }: Keyed): Promise<Uint8Array | null> => {
  const keys = new Float64Array(rows);
  const repeats = createRepeats(rows);
  const slices = slicesOf(rows);
  const sources = slices.map(({ where }) => `${table} WHERE ${where}`);
  await readAll(sources, [key], ({ items: [found] }, index) => {
    const { from } = slices[index] as Slice;
    keys.set(found as Float64Array, from);
    repeats.take(found as Float64Array, from);
  });
  return repeats.chosenAmong(keys);
};

interface Slice {
  readonly from: number;
  readonly to: number;
  /** SQL that is true for its rows. */
  readonly where: string;
}

const slicesOf = (rows: number): Slice[] =>
  Array.from({ length: Math.ceil(rows / sliceRows) }, (_, index) => {
    const from = index * sliceRows;
    const to = Math.min(from + sliceRows, rows);
    return { from, to, where: `rowid >= ${from} AND rowid < ${to}` };
  });

/** A row group of DuckDB's tables. */
const sliceRows = 122_880;
