import { type Digest, isDigest } from './canonical.ts';
import { digestLength, type FileTable, type KnownFolder, readingLength } from './file-table.ts';

/** A table as JSON holds it; a reading that is not a number is null there. */
export interface PackedTable {
  readonly paths: readonly string[];
  readonly readings: readonly (number | null)[];
  readonly hexes: string;
}

export const packTable = ({ paths, readings, digests }: FileTable): PackedTable => ({
  paths,
  readings: [...readings],
  hexes: digests.toString('hex'),
});

/** Whether something is a packed table: the cache that holds it may have been written by anybody. */
export const isPackedTable = (value: unknown): value is PackedTable => {
  const { paths, readings, hexes } = Object(value) as Partial<Record<keyof PackedTable, unknown>>;
  if (!Array.isArray(paths) || !Array.isArray(readings) || typeof hexes !== 'string') return false;
  const sizes = readings.length === paths.length * readingLength && hexes.length === paths.length * digestLength * 2;
  return sizes && paths.every(isText) && readings.every(isReading) && /^[0-9a-f]*$/.test(hexes);
};

const isText = (path: unknown): path is string => typeof path === 'string';

const isReading = (value: unknown): value is number | null => value === null || typeof value === 'number';

export const unpackTable = ({ paths, readings, hexes }: PackedTable): FileTable => ({
  paths,
  readings: Float64Array.from(readings, (value) => value ?? Number.NaN),
  digests: Buffer.from(hexes, 'hex'),
});

/**
 * A large table as bytes, which cost nothing to parse: a line of JSON, the readings as this machine holds doubles,
 * the digests, and the paths with a zero byte between them.
 */
export const encodeTable = ({ digest, table: { paths, readings, digests } }: KnownFolder): Buffer => {
  const numbers = Buffer.from(readings.buffer, readings.byteOffset, readings.byteLength);
  const head: Head = { digest, count: paths.length };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), numbers, digests, Buffer.from(paths.join('\0'))]);
};

/** Undefined for bytes that `encodeTable` has not written. */
export const decodeTable = (bytes: Buffer | undefined): KnownFolder | undefined => {
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf('\n') + 1;
  const head = parseHead(bytes.toString('utf8', 0, end));
  if (head === undefined) return undefined;
  const { digest, count } = head;
  const numbersEnd = end + count * readingLength * Float64Array.BYTES_PER_ELEMENT;
  const digestsEnd = numbersEnd + count * digestLength;
  // A copy, since doubles have to begin at a multiple of 8.
  const readings = new Float64Array(new Uint8Array(bytes.subarray(end, numbersEnd)).buffer);
  const digests = bytes.subarray(numbersEnd, digestsEnd);
  const paths = bytes.length < digestsEnd ? [] : bytes.toString('utf8', digestsEnd).split('\0');
  return paths.length === count ? { digest, table: { paths, readings, digests } } : undefined;
};

const parseHead = (text: string): Head | undefined => {
  try {
    const { digest, count } = JSON.parse(text) as Head;
    return isDigest(digest) && Number.isSafeInteger(count) && count > 0 ? { digest, count } : undefined;
  } catch {
    return undefined;
  }
};

interface Head {
  readonly digest: Digest;
  readonly count: number;
}
