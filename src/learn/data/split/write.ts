import { BIT, DuckDBBitValue } from '@duckdb/node-api';
import { startsOf } from '../chunks.ts';
import { type Dataset, headerOf } from '../dataset.ts';
import { quoted, withConnection } from '../duckdb.ts';
import { mapShards } from '../map-shards.ts';
import { rowsWith } from '../row-bits.ts';
import { scanAll } from '../scan.ts';
import { parquetOptions } from '../table.ts';
import { code, type SplitName, splitNames } from './params.ts';

export interface Writing {
  readonly outs: Readonly<Record<SplitName | 'assignment', string>>;
  /** The split of each row. */
  readonly codes: Uint8Array;
  /** The column that said the split: no feature. */
  readonly without: string | null;
}

/** Writes the three data sets, their rows in the order of the source's, and who is where. */
export const writeSplits = async (dataset: Dataset, { outs, codes, without }: Writing): Promise<void> => {
  const header = headerOf(dataset.manifest);
  const columns = header.columns.filter(({ name }) => name !== without);
  const starts = startsOf(dataset.manifest);
  for (const name of splitNames) {
    await mapShards(dataset, {
      out: outs[name],
      header: { ...header, columns, official: false },
      queryOf: ({ rows }, index) => {
        const start = starts[index] as number;
        return { where: rowsWith(codes.subarray(start, start + rows), code[name]) };
      },
    });
  }
  await writeAssignment(dataset, outs.assignment, codes);
};

/**
 * One line a row: id, split; "gap" for a row in none. The codes go in as two strings of bits, since a table of them
 * would have to be joined.
 */
const writeAssignment = async (dataset: Dataset, path: string, codes: Uint8Array): Promise<void> => {
  const place = `(${listOf(startsOf(dataset.manifest))}[file_index::INTEGER + 1] + file_row_number)::INTEGER`;
  const bit = (index: number): string => `get_bit($${index}, ${place})`;
  const all = [...splitNames, 'gap'].map(quoted);
  // Of an enum Parquet's dictionary is known; of texts it is looked for, row by row.
  const names = all.map((name) => `${name}::ENUM(${all.join(', ')})`);
  const split = `CASE WHEN ${bit(2)} = 0 THEN CASE WHEN ${bit(1)} = 0 THEN ${names[0]} ELSE ${names[1]} END
    ELSE CASE WHEN ${bit(1)} = 0 THEN ${names[2]} ELSE ${names[3]} END END`;
  await withConnection((connection) =>
    connection.run(
      `COPY (SELECT __id AS id, ${split} AS split FROM ${scanAll(dataset)}) TO ${quoted(path)} (${parquetOptions})`,
      [bitsOf(codes, 0), bitsOf(codes, 1)],
      [BIT, BIT],
    ),
  );
};

const listOf = (numbers: readonly number[]): string => `([${numbers.map(String).join(', ')}]::BIGINT[])`;

/** One bit of each code, as DuckDB stores a BIT: the count of unused leading bits, which are 1, then the bits. */
const bitsOf = (codes: Uint8Array, bit: number): DuckDBBitValue => {
  const unused = (8 - (codes.length % 8)) % 8;
  const data = new Uint8Array(1 + (codes.length + unused) / 8);
  data[0] = unused;
  if (unused > 0) data[1] = (0xff << (8 - unused)) & 0xff;
  for (let row = 0; row < codes.length; row += 1) {
    const at = unused + row;
    data[1 + (at >> 3)]! |= (((codes[row] as number) >> bit) & 1) << (7 - (at & 7));
  }
  return new DuckDBBitValue(data);
};
