import type { Column } from '../../types/generated/dataset.ts';
import { named, withConnection } from './duckdb.ts';
import type { ColumnData } from './rows.ts';
import { type Doubles, doublesOf } from './vectors.ts';

/**
 * Some columns of a scan, in its order: numbers as Float64Array (NaN: missing), labels and texts as strings.
 *
 * @param from as `scanShard` gives it, with a WHERE or an ORDER BY if need be.
 * @param columns none of them a tensor.
 */
export const readColumns = (from: string, columns: readonly Column[]): Promise<ReadonlyMap<string, ColumnData>> =>
  withConnection(async (connection) => {
    const selected = columns.map(({ name, kind }) => (kind === 'number' ? `CAST(${named(name)} AS DOUBLE)` : named(name))); // biome-ignore format: one line
    const result = await connection.stream(`SELECT ${selected.join(', ')} FROM ${from}`);
    const parts = columns.map(() => [] as (Float64Array | (string | null)[])[]);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const [index, part] of parts.entries()) {
        const vector = chunk.getColumnVector(index);
        const doubles = doublesOf(vector);
        part.push(
          doubles !== null
            ? numbersOf(doubles, chunk.rowCount)
            : Array.from({ length: chunk.rowCount }, (_, row) => vector.getItem(row) as string | null),
        );
      }
    }
    return new Map(columns.map(({ name, kind }, index) => [name, joined(kind, parts[index]!)]));
  });

/** A copy, since DuckDB's own memory goes with its chunk. */
const numbersOf = ({ items, validity }: Doubles, rows: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => (validity.itemValid(row) ? (items[row] as number) : Number.NaN));

const joined = (kind: Column['kind'], parts: readonly (Float64Array | (string | null)[])[]): ColumnData => {
  if (kind !== 'number') return { kind: 'label', values: (parts as (string | null)[][]).flat() };
  const values = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts as Float64Array[]) {
    values.set(part, at);
    at += part.length;
  }
  return { kind: 'number', values };
};
