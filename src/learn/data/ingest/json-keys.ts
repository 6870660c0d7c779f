import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { firstRow } from '../duckdb.ts';
import { counted } from '../words.ts';
import type { SourceFile } from './format.ts';

/**
 * The keys of the rows of the table `objects`, in the order in which they first occur. Rows mostly have the same keys, so
 * that each list of keys is looked at once.
 *
 * @throws StageError where a row has a key more than once: of its values, all but the first would be lost.
 */
export const keysOf = async (connection: DuckDBConnection, file: SourceFile): Promise<string[]> => {
  await connection.run(`CREATE OR REPLACE TEMP TABLE key_lists AS
    SELECT json_keys(json) AS keys, min(rowid) AS place, count(*) AS times FROM objects GROUP BY keys`);
  try {
    await refuseTwins(connection, file);
    const found = await connection.runAndReadAll(`
      SELECT key, min(struct_pack(r := place, o := nth)) AS first
      FROM (SELECT place, unnest(keys) AS key, generate_subscripts(keys, 1) AS nth FROM key_lists)
      GROUP BY key ORDER BY first`);
    return found.getRows().map(([key]) => String(key));
  } finally {
    await connection.run('DROP TABLE key_lists');
  }
};

const refuseTwins = async (connection: DuckDBConnection, { name: file }: SourceFile): Promise<void> => {
  const [row, key, count, rows] = await firstRow(
    connection,
    `SELECT place + 1, key, len([k for k in keys if k = key]), rows
     FROM (SELECT place, keys, [k for k, i in keys if list_position(keys, k) < i][1] AS key, sum(times) OVER () AS rows
           FROM key_lists WHERE len(keys) <> list_unique(keys) ORDER BY place LIMIT 1)`,
  );
  if (row === undefined) return;
  const others = Number(rows) === 1 ? '' : ` (${counted(Number(rows), 'such row')} in all)`;
  throw new StageError(
    `${file}: row ${row} has the key ${JSON.stringify(key)} ${count} times${others}`,
    'a row has one value of each key: rename one of them, or leave it out',
  );
};
