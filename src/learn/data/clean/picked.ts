import { overShards } from '../chunks.ts';
import type { Dataset, DatasetShard } from '../dataset.ts';
import { withConnection } from '../duckdb.ts';
import { rowsWith } from '../row-bits.ts';
import { scanShard } from '../scan.ts';

/**
 * Puts some rows of a data set into a table of DuckDB's memory, with all columns but tensors, and with `file_index` and
 * `file_row_number` as a scan has them: what is asked of few rows again and again is asked there.
 *
 * @param chosen for each row whether it is among them: 1 or 0.
 * @returns the name of the table, which is to be dropped.
 */
export const pickRows = async (dataset: Dataset, chosen: Uint8Array): Promise<string> => {
  const table = `picked_${count++}`;
  const [first] = dataset.manifest.shards;
  if (first === undefined) throw new RangeError('pickRows: the data set has no rows');
  const select = (shard: DatasetShard, index: number): string =>
    `SELECT *, ${index}::INTEGER AS file_index, file_row_number::INTEGER AS file_row_number FROM ${scanShard(dataset, shard)}`;
  await withConnection((connection) => connection.run(`CREATE TABLE ${table} AS ${select(first, 0)} LIMIT 0`));
  await overShards(dataset.manifest, async (connection, shard, { index, start }) => {
    const where = rowsWith(chosen.subarray(start, start + shard.rows), 1);
    if (where === 'false') return;
    await connection.run(`INSERT INTO ${table} ${select(shard, index)} WHERE ${where ?? 'true'}`);
  });
  return table;
};

export const dropPicked = async (table: string | null): Promise<void> => {
  if (table !== null) await withConnection((connection) => connection.run(`DROP TABLE ${table}`));
};

/** Tables of one process have names of their own. */
let count = 0;
