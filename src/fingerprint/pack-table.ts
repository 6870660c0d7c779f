import type { Digest } from './canonical.ts';
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

export const decodeTable = (bytes: Buffer | undefined): KnownFolder | undefined => {
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf('\n') + 1;
  const { digest, count } = JSON.parse(bytes.toString('utf8', 0, end)) as Head;
  const numbersEnd = end + count * readingLength * Float64Array.BYTES_PER_ELEMENT;
  const digestsEnd = numbersEnd + count * digestLength;
  // A copy, since doubles have to begin at a multiple of 8.
  const readings = new Float64Array(new Uint8Array(bytes.subarray(end, numbersEnd)).buffer);
  const digests = bytes.subarray(numbersEnd, digestsEnd);
  return { digest, table: { paths: bytes.toString('utf8', digestsEnd).split('\0'), readings, digests } };
};

interface Head {
  readonly digest: Digest;
  readonly count: number;
}
