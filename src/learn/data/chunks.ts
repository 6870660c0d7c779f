import type { DuckDBConnection, DuckDBResult, DuckDBVector } from '@duckdb/node-api';
import type { DatasetManifest, DatasetShard } from '../../types/generated/dataset.ts';
import type { Dataset } from './dataset.ts';
import { onTwoConnections } from './duckdb.ts';
import { scanShard } from './scan.ts';

/** Values of an expression as DuckDB holds them, without a copy: valid until the next piece is read. */
export type Items = Float64Array | Int32Array | BigUint64Array;

/** Some rows of a data set. */
export interface Piece {
  /** Values of each expression that was asked for. */
  readonly items: readonly Items[];
  /** The place of the first row in the data set, from 0. */
  readonly from: number;
  readonly count: number;
}

/**
 * Goes over a data set in pieces of up to 2,048 rows, two shards at a time: the shards in no order, the pieces of one
 * in order. What is kept must be put by its place, so that it does not depend on threads.
 *
 * @param expressions SQL of type DOUBLE, INTEGER or UBIGINT, never null.
 */
export const readPieces = (
  dataset: Pick<Dataset, 'folder' | 'manifest'>,
  expressions: readonly string[],
  visit: (piece: Piece) => void,
): Promise<void> =>
  overShards(dataset.manifest, async (connection, shard, { start }) => {
    const result = await connection.stream(`SELECT ${expressions.join(', ')} FROM ${scanShard(dataset, shard)}`);
    let from = start;
    for (let read = await nextItems(result); read !== null; read = await nextItems(result)) {
      visit({ ...read, from });
      from += read.count;
    }
  });

/** A shard's place among the others, and that of its first row in the data set. */
export interface ShardAt {
  readonly index: number;
  readonly start: number;
}

/** Does work for each shard, two at a time, in no order. */
export const overShards = (
  manifest: DatasetManifest,
  work: (connection: DuckDBConnection, shard: DatasetShard, at: ShardAt) => Promise<void>,
): Promise<void> => {
  const starts = startsOf(manifest);
  let next = 0;
  return onTwoConnections(async (connection) => {
    for (let index = next++; index < manifest.shards.length; index = next++)
      await work(connection, manifest.shards[index] as DatasetShard, { index, start: starts[index] as number });
  });
};

/** The place of each shard's first row in the data set. */
export const startsOf = ({ shards }: Dataset['manifest']): number[] => {
  let rows = 0;
  return shards.map((shard) => {
    rows += shard.rows;
    return rows - shard.rows;
  });
};

/** The next piece of a result whose columns are DOUBLE, INTEGER or UBIGINT and never null; null at its end. */
export const nextItems = async (result: DuckDBResult): Promise<Omit<Piece, 'from'> | null> => {
  const chunk = await result.fetchChunk();
  if (chunk === null || chunk.rowCount === 0) return null;
  const items = Array.from({ length: chunk.columnCount }, (_, column) => itemsOf(chunk.getColumnVector(column)));
  return { items, count: chunk.rowCount };
};

/** The array behind a vector; its getters would go over each value. */
const itemsOf = (vector: DuckDBVector): Items => (vector as unknown as { readonly items: Items }).items;
