import type { Column } from '../../types/generated/dataset.ts';
import { elementsOf } from './rows.ts';

/**
 * Rows in each shard but the last, as a source is first written: a power of two that keeps a shard near 16 MiB,
 * by what a row of these columns takes on average. It follows from the columns alone, so that one more row touches
 * the last shard only.
 *
 * @returns 1 to 131,072.
 */
export const shardRowsOf = (columns: readonly Column[]): number => {
  const bytes = columns.reduce((sum, column) => sum + bytesOf(column), idBytes);
  return Math.min(mostRows, 2 ** Math.max(0, Math.floor(Math.log2(shardBytes / bytes))));
};

/** Also the rows in a row group of a table: a shard is one row group. */
export const mostRows = 131_072;
const shardBytes = 16 * 1024 ** 2;
const idBytes = 34;

/** Bytes that a value takes, roughly, before it is compressed; a label is a number in a dictionary. */
const bytesOf = (column: Column): number => {
  switch (column.kind) {
    case 'tensor':
      return elementsOf(column.shape) * (column.dtype === 'uint8' ? 1 : 4);
    case 'number':
      return 8;
    case 'category':
      return 2;
    case 'date':
      return 10;
    default:
      return 64;
  }
};
