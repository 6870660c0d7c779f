import type { FittedDonors, FittedMeasure } from '../../../types/generated/fitted.ts';
import type { Dataset } from '../dataset.ts';
import { readColumns } from '../read-columns.ts';
import type { NumberData } from '../rows.ts';
import { scanShard } from '../scan.ts';

/** Rows of train to be near by: all of them, or as many as are asked for, at even steps over train's order. */
export const donorsOf = async (
  dataset: Dataset,
  columns: readonly FittedMeasure[],
  { k, donors }: { readonly k: number; readonly donors: number },
): Promise<FittedDonors> => {
  const { rows, shards } = dataset.manifest;
  const step = Math.max(1, rows / donors);
  const values: (number | null)[][] = [];
  let from = 0;
  for (const shard of shards) {
    const wanted: number[] = [];
    for (let next = values.length; ; next += 1) {
      const row = Math.floor(next * step) - from;
      if (row >= shard.rows || next >= donors) break;
      wanted.push(row);
    }
    if (wanted.length > 0) {
      const numbers = columns.map(({ name }) => ({ name, kind: 'number', dtype: 'float64' }) as const);
      const stored = await readColumns(scanShard(dataset, shard), numbers);
      for (const row of wanted) {
        values.push(columns.map(({ name }) => presentOf((stored.get(name) as NumberData).values[row] as number)));
      }
    }
    from += shard.rows;
  }
  return { k, columns: [...columns], values };
};

const presentOf = (value: number): number | null => (Number.isNaN(value) ? null : value);
