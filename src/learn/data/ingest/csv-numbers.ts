import { isNumeric } from './cells.ts';
import { lookAtBytes } from './csv-bytes.ts';
import type { SourceFile } from './format.ts';
import type { IngestParams } from './params.ts';

/** How DuckDB's reader of CSV may read a file. */
export interface AlikeReading {
  /** It makes NULL of every cell that is missing, since no text for "missing" has white space around it. */
  readonly missingIsNull: boolean;
}

/**
 * Whether DuckDB's reader of CSV takes the same cells for numbers as we do, and the same ones for missing, so that it may
 * be left to it, which is faster. It refuses more: what it cannot read is read again as text. But it takes `1_000` and
 * `+-1`, which are none, and `0012`, which would not be kept; and texts for "missing" that are numbers themselves count
 * with spaces around and without.
 *
 * @returns null: it does not.
 */
export const readsNumbersAlike = async (
  { path }: SourceFile,
  { missing, names }: IngestParams,
): Promise<AlikeReading | null> => {
  if (/\.(gz|zst)$/.test(path) || missing.some(isNumeric)) return null;
  const { oddNumbers, padding } = await lookAtBytes(path, names === undefined);
  return oddNumbers ? null : { missingIsNull: !padding };
};
