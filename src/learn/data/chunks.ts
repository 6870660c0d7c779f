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
): Promise<void> => {
  const froms = startsOf(dataset.manifest);
  const queries = dataset.manifest.shards.map(
    (shard) => `SELECT ${expressions.join(', ')} FROM ${scanShard(dataset, shard)}`,
  );
  return answerAll(queries, (piece, index) => {
    const from = froms[index] as number;
    visit({ ...piece, from });
    froms[index] = from + piece.count;
  });
};

/**
 * Answers queries, two at a time: they in no order, the pieces of an answer in order. Each is computed as a whole, and the
 * next while it is visited: to fetch a stream piece by piece would let DuckDB wait for the visits, and these for DuckDB.
 *
 * @param queries whose columns are DOUBLE, INTEGER or UBIGINT and never null.
 */
export const answerAll = (
  queries: readonly string[],
  visit: (piece: Omit<Piece, 'from'>, index: number) => void,
): Promise<void> => {
  let next = 0;
  return onTwoConnections(async (connection) => {
    const ask = () => {
      const index = next++;
      const query = queries[index];
      return query === undefined ? null : { index, answer: connection.run(query) };
    };
    for (let asked = ask(); asked !== null; ) {
      const { index } = asked;
      const answer = await asked.answer;
      asked = ask();
      for (const piece of piecesIn(answer)) visit(piece, index);
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
export const nextItems = async (result: DuckDBResult): Promise<Omit<Piece, 'from'> | null> => {
  const chunk = await result.fetchChunk();
  return chunk === null || chunk.rowCount === 0 ? null : pieceOf(chunk);
};

/** The pieces of a result that is there as a whole. */
export function* piecesIn(result: DuckDBMaterializedResult): Generator<Omit<Piece, 'from'>> {
  const { chunkCount } = result;
  for (let at = 0; at < chunkCount; at += 1) yield pieceOf(result.getChunk(at));
}

const pieceOf = (chunk: DuckDBDataChunk): Omit<Piece, 'from'> => ({
  items: Array.from({ length: chunk.columnCount }, (_, column) => itemsOf(chunk.getColumnVector(column))),
  count: chunk.rowCount,
});

/** The array behind a vector; its getters would go over each value. */
const itemsOf = (vector: DuckDBVector): Items => (vector as unknown as { readonly items: Items }).items;
