import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBMaterializedResult,
  DuckDBResult,
  DuckDBVector,
} from '@duckdb/node-api';
import type { DatasetManifest, DatasetShard } from '../../types/generated/dataset.ts';
import type { Dataset } from './dataset.ts';
import { onTwoConnections } from './duckdb.ts';
import { scanShard } from './scan.ts';

/** Values of an expression as DuckDB holds them, without a copy: valid until the next piece is read. */
export type Items = Float64Array | Int32Array | BigUint64Array;

/** Some rows that follow one another. */
export interface Piece {
  /** Values of each expression that was asked for. */
  readonly items: readonly Items[];
  readonly count: number;
}

/** The rows of a shard. */
export interface ShardPiece extends Piece {
  /** The place of the first row in the data set, from 0. */
  readonly from: number;
}

/**
 * Goes over a data set shard by shard, two at a time and in no order: what is kept must be put by its place, so that it does
 * not depend on threads.
 *
 * @param expressions SQL of type DOUBLE, INTEGER or UBIGINT, never null.
 */
export const readPieces = (
  dataset: Pick<Dataset, 'folder' | 'manifest'>,
  expressions: readonly string[],
  visit: (piece: ShardPiece) => void,
): Promise<void> => {
  const starts = startsOf(dataset.manifest);
  const sources = dataset.manifest.shards.map((shard) => scanShard(dataset, shard));
  return readAll(sources, expressions, (piece, index) => visit({ ...piece, from: starts[index] as number }));
};

/**
 * Computes expressions over sources of rows, two at a time and in no order. Each is computed as a whole, and the next while it
 * is visited: to fetch pieces of 2,048 rows takes as long as to compute them, and lets DuckDB wait for the visits.
 *
 * @param sources SQL of rows, no more of each than fit into memory: a stretch of a table, or a file.
 * @param expressions SQL of type DOUBLE, INTEGER or UBIGINT, never null.
 * @param visit gets the rows of a source in order.
 */
export const readAll = (
  sources: readonly string[],
  expressions: readonly string[],
  visit: (piece: Piece, index: number) => void,
): Promise<void> => {
  const names = expressions.map((_, index) => `value_${index}`);
  const values = expressions.map((expression, index) => `${expression} AS ${names[index]}`).join(', ');
  // A list of DuckDB's has all of its values in one place. A query that one thread works at makes it in the order of rows.
  const lists = names.map((name) => `list(${name})`).join(', ');
  let next = 0;
  return onTwoConnections(async (connection) => {
    const ask = () => {
      const index = next++;
      const source = sources[index];
      if (source === undefined) return null;
      return { index, answer: connection.run(`SELECT ${lists} FROM (SELECT ${values} FROM ${source})`) };
    };
    let asked = ask();
    try {
      while (asked !== null) {
        const { index, answer } = asked;
        const found = await answer;
        asked = ask();
        visit(listsIn(found.getChunk(0)), index);
      }
    } finally {
      // Where a visit throws, a query still runs on the connection that is closed next.
      await asked?.answer.catch(() => undefined);
    }
  });
};

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
export const nextItems = async (result: DuckDBResult): Promise<Piece | null> => {
  const chunk = await result.fetchChunk();
  return chunk === null || chunk.rowCount === 0 ? null : pieceOf(chunk);
};

/** The pieces of a result that is there as a whole. */
export function* piecesIn(result: DuckDBMaterializedResult): Generator<Piece> {
  const { chunkCount } = result;
  for (let at = 0; at < chunkCount; at += 1) yield pieceOf(result.getChunk(at));
}

const pieceOf = (chunk: DuckDBDataChunk): Piece => ({
  items: Array.from({ length: chunk.columnCount }, (_, column) => itemsOf(chunk.getColumnVector(column))),
  count: chunk.rowCount,
});

const listsIn = (chunk: DuckDBDataChunk): Piece => {
  const items = Array.from({ length: chunk.columnCount }, (_, column) => {
    const list = chunk.getColumnVector(column) as unknown as { readonly childData: DuckDBVector };
    return itemsOf(list.childData);
  });
  return { items, count: items[0]?.length ?? 0 };
};

/** The array behind a vector; its getters would go over each value. */
const itemsOf = (vector: DuckDBVector): Items => (vector as unknown as { readonly items: Items }).items;
