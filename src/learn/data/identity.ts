import { createHash } from 'node:crypto';
import { type ColumnData, elementsOf, type Rows, rowCount, type TensorColumnData } from './rows.ts';

/**
 * The digest of each row's content: the first 32 hexadecimal digits of the sha256 of
 * a JSON object with the row's values by column, sorted by name and without spaces, in which a tensor stands as
 * `{"dtype":"uint8","shape":[28,28,1]}`; then, if there are tensors, for each in the same order a newline and its bytes.
 * What the source says about splits is not content.
 */
export const contentDigests = (rows: Rows): string[] => {
  const names = [...rows.columns.keys()].sort();
  const columns = names.map((name) => rows.columns.get(name) as ColumnData);
  const keys = names.map((name) => JSON.stringify(name));
  const tensors = columns.filter((column) => column.kind === 'tensor');
  return Array.from({ length: rowCount(rows) }, (_, row) => {
    const values = columns.map((column, index) => `${keys[index]}:${valueAt(column, row)}`);
    const hash = createHash('sha256').update(`{${values.join(',')}}`);
    for (const tensor of tensors) hash.update('\n').update(bytesAt(tensor, row));
    return hash.digest('hex').slice(0, 32);
  });
};

/**
 * Gives each digest its ordinal among the equal ones before it: the ids of rows.
 *
 * @param seen how often each digest occurred so far; it is counted on.
 */
export const identify = (digests: readonly string[], seen: Map<string, number>): string[] =>
  digests.map((digest) => {
    const ordinal = seen.get(digest) ?? 0;
    seen.set(digest, ordinal + 1);
    return `${digest}-${ordinal}`;
  });

const valueAt = (column: ColumnData, row: number): string => {
  switch (column.kind) {
    case 'number':
      return Number.isNaN(column.values[row]) ? 'null' : JSON.stringify(column.values[row]);
    case 'label':
      return JSON.stringify(column.values[row] ?? null);
    case 'tensor':
      return `{"dtype":"${dtypeOf(column)}","shape":${JSON.stringify(column.shape)}}`;
  }
};

/** A column of a table in DuckDB. */
export interface DigestColumn {
  readonly name: string;
  /** SQL of its values: DOUBLE for numbers, none of them NaN, else VARCHAR; a list of numbers. */
  readonly value: string;
}

/**
 * SQL of the digest of a row's content, where rows stay in DuckDB: the first 32 hexadecimal digits of the sha256 of its
 * values in the order of their columns' names, each as bytes that say themselves where they end. What is missing is a
 * byte 1. What is there is a byte 2 and then: a number as the 8 bytes of its IEEE 754 double, the highest first, with the
 * first bit flipped where it is 0 or more, and all bits where it is less (a zero has no sign); a text as its bytes in UTF-8,
 * each one more than it is, and a byte 0. A list of numbers, as its tensor has them,
 * is what DuckDB's key makes of it.
 * What a column is called is no content, nor is the order of the columns, nor the format that the row was read from.
 *
 * Those are the keys that DuckDB sorts by, which are made in one call: the text of a number alone costs several times as
 * much. A test holds them against the words above, since another version of DuckDB may have other keys.
 */
export const rowDigest = (columns: readonly DigestColumn[]): string => {
  const sorted = [...columns].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = sorted.map(({ value }) => `${value}, 'ASC NULLS FIRST'`);
  return `left(sha256(create_sort_key(${parts.join(', ')})), 32)`;
};

/** The name of a tensor's element type. */
export const dtypeOf = ({ values }: TensorColumnData): 'uint8' | 'int32' | 'float32' => {
  if (values instanceof Uint8Array) return 'uint8';
  return values instanceof Int32Array ? 'int32' : 'float32';
};

const bytesAt = ({ shape, values }: TensorColumnData, row: number): Uint8Array => {
  const size = elementsOf(shape) * values.BYTES_PER_ELEMENT;
  return new Uint8Array(values.buffer, values.byteOffset + row * size, size);
};
