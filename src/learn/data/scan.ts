import { join } from 'node:path';
import type { DatasetShard } from '../../types/generated/dataset.ts';
import type { Dataset } from './dataset.ts';
import { filePath } from './duckdb.ts';

/**
 * The rows of one shard's table as SQL: its columns, `__id` among them, `__split` where official, and
 * `__weight` where rows have weights;
 * `file_row_number` is the place of a row within the shard, from 0.
 */
export const scanShard = ({ folder }: Pick<Dataset, 'folder'>, shard: DatasetShard): string =>
  `read_parquet(${filePath(join(folder, shard.table))}, hive_partitioning = false)`;

/**
 * The rows of a whole data set as SQL, in order. Beside its columns, `file_index` is the place of the shard and
 * `file_row_number` that of the row within it, both from 0.
 */
export const scanAll = ({ folder, manifest }: Pick<Dataset, 'folder' | 'manifest'>): string => {
  if (manifest.shards.length === 0) throw new RangeError('scanAll: the data set has no rows');
  const files = manifest.shards.map(({ table }) => filePath(join(folder, table)));
  return `read_parquet([${files.join(', ')}], hive_partitioning = false)`;
};
