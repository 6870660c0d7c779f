import type { DuckDBConnection } from '@duckdb/node-api';
import { rowDigest } from '../identity.ts';
import type { ColumnFacts } from './facts.ts';
import { storedAs } from './lists.ts';
import type { Loaded } from './source.ts';
import { writeRepeatedHashes } from './twins.ts';

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
  const hash = `hash(${columns.map(({ value }) => value).join(', ')})`;
  const twins = `${table}_twins`;
  const count = await writeRepeatedHashes(connection, { table, rows, hash, to: twins });
  const ordinals = count === 0 ? null : `${table}_ordinals`;
  if (ordinals !== null) {
    await connection.run(`CREATE OR REPLACE TABLE ${ordinals} AS SELECT row, ordinal FROM (
      SELECT row, row_number() OVER (PARTITION BY digest ORDER BY row) - 1 AS ordinal
      FROM (SELECT rowid AS row, ${digest} AS digest FROM ${table} WHERE ${hash} IN (SELECT h FROM ${twins}))
    ) WHERE ordinal > 0 ORDER BY row`);
  }
  await connection.run(`DROP TABLE ${twins}`);
  return { digest, ordinals };
};
