import type { DuckDBConnection } from '@duckdb/node-api';
import { type Tensor, type TensorData, writeSafetensors } from '../safetensors.ts';
import { doublesOf } from '../vectors.ts';
import type { Field } from './infer.ts';

type Dtype = 'uint8' | 'int32' | 'float32';

interface Slice {
  readonly table: string;
  /** Rows of the table, without `to`. */
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

/** Writes the lists of some rows of a loaded table as tensors. They have been looked at: all have one length, and no gap. */
export const writeLists = async (
  connection: DuckDBConnection,
  fields: readonly Field[],
  { table, from, to, path }: Slice,
): Promise<void> => {
  const tensors = new Map<string, Tensor>();
  for (const { value, column } of fields) {
    if (column.kind !== 'tensor') continue;
    const [length] = column.shape as [number];
    const data = new arrays[column.dtype]((to - from) * length);
    const sql = `SELECT CAST(unnest(${value}) AS DOUBLE) FROM ${table} WHERE rowid >= ${from} AND rowid < ${to}`;
    const found = await copyNumbers(connection, sql, data);
    if (found !== data.length)
      throw new RangeError(`ingest: ${found} elements of "${column.name}" where ${data.length} are`);
    tensors.set(column.name, { shape: [to - from, length], data });
  }
  await writeSafetensors(path, tensors);
};

const arrays: Readonly<Record<Dtype, new (length: number) => TensorData>> = {
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
};

/** @returns how many there were; those beyond the array are not kept. */
const copyNumbers = async (connection: DuckDBConnection, sql: string, into: TensorData): Promise<number> => {
  const result = await connection.stream(sql);
  let at = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const { items } = doublesOf(chunk.getColumnVector(0))!;
    if (at + chunk.rowCount <= into.length) into.set(items.subarray(0, chunk.rowCount), at);
    at += chunk.rowCount;
  }
  return at;
};
