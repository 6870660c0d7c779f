import { type DuckDBConnection, DuckDBDataChunk, UBIGINT } from '@duckdb/node-api';
import { nextItems } from '../chunks.ts';

/**
 * Writes the values of a 64-bit hash that may occur more than once in a table into a temporary table with a column `h`, some
 * of them again and again: all that do occur twice are among them, and few others. A bit is kept for each hash instead of
 * the hash itself, which a table of DuckDB's would; to count them there takes several times as long.
 *
 * @param asked.hash SQL of type UBIGINT.
 * @returns how many there are; 0: all rows differ.
 */
export const writeRepeatedHashes = async (
  connection: DuckDBConnection,
  {
    table,
    rows,
    hash,
    to,
  }: { readonly table: string; readonly rows: number; readonly hash: string; readonly to: string },
): Promise<number> => {
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${to} (h UBIGINT)`);
  const appender = await connection.createAppender(to, null, 'temp');
  const repeated = createRepeats(rows);
  let count = 0;
  const result = await connection.stream(`SELECT ${hash} FROM ${table}`);
  for (let piece = await nextItems(result); piece !== null; piece = await nextItems(result)) {
    const found = repeated(piece.items[0] as BigUint64Array, piece.count);
    if (found.length === 0) continue;
    appender.appendDataChunk(chunkOf(found));
    count += found.length;
  }
  appender.flushSync();
  appender.closeSync();
  return count;
};

/** Of hashes that come piece by piece, those whose first bits came before. */
const createRepeats = (rows: number): ((hashes: BigUint64Array, count: number) => bigint[]) => {
  const bits = bitsFor(rows);
  const shift = 32 - bits;
  const seen = new Uint32Array(2 ** (bits - 5));
  return (hashes, count) => {
    const halves = new Uint32Array(hashes.buffer, hashes.byteOffset, 2 * count);
    const found: bigint[] = [];
    for (let row = 0; row < count; row += 1) {
      const place = (halves[2 * row + 1] as number) >>> shift;
      const word = seen[place >>> 5] as number;
      const bit = 1 << (place & 31);
      if ((word & bit) !== 0) found.push(hashes[row] as bigint);
      seen[place >>> 5] = word | bit;
    }
    return found;
  };
};

/** So many that of the places which they tell apart one in 16 is taken at most; 64 MB of them, at most. */
const bitsFor = (rows: number): number => Math.min(29, Math.max(16, Math.ceil(Math.log2(16 * rows))));

const chunkOf = (hashes: readonly bigint[]): DuckDBDataChunk => {
  const chunk = DuckDBDataChunk.create([UBIGINT], hashes.length);
  chunk.setColumnValues(0, hashes);
  return chunk;
};
