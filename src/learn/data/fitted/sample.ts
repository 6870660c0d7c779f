import type { Dataset } from '../dataset.ts';
import { readColumns } from '../read-columns.ts';
import type { NumberData } from '../rows.ts';
import { scanShard } from '../scan.ts';

/**
 * Some rows of columns of numbers (NaN: missing): all, or as many as are asked for, at even steps over the data set's
 * order. A shard at a time is read.
 */
export const sampleRows = async (dataset: Dataset, names: readonly string[], most: number): Promise<number[][]> => {
  const { rows, shards } = dataset.manifest;
  const step = Math.max(1, rows / most);
  const sampled: number[][] = [];
  let from = 0;
  for (const shard of shards) {
    const wanted: number[] = [];
    for (let next = sampled.length; ; next += 1) {
      const row = Math.floor(next * step) - from;
      if (row >= shard.rows || next >= most) break;
      wanted.push(row);
    }
    if (wanted.length > 0) {
      const numbers = names.map((name) => ({ name, kind: 'number', dtype: 'float64' }) as const);
      const stored = await readColumns(scanShard(dataset, shard), numbers);
      for (const row of wanted) {
        sampled.push(names.map((name) => (stored.get(name) as NumberData).values[row] as number));
      }
    }
    from += shard.rows;
  }
  return sampled;
};
