import { quoted } from './duckdb.ts';

/**
 * SQL that is true for the rows of one shard that have a code, as a literal with one bit a row; undefined where all
 * have it.
 *
 * @param codes of the shard's rows.
 * @param place SQL of a row's place among them.
 */
export const rowsWith = (codes: Uint8Array, wanted: number, place = 'file_row_number'): string | undefined => {
  const bits = new Uint8Array(codes.length);
  let count = 0;
  for (let row = 0; row < codes.length; row += 1) {
    const is = Number(codes[row] === wanted);
    count += is;
    bits[row] = 48 + is;
  }
  if (count === codes.length) return undefined;
  if (count === 0) return 'false';
  return `get_bit(${quoted(Buffer.from(bits.buffer).toString('latin1'))}::BIT, (${place})::INTEGER) = 1`;
};
