import type { Stats } from 'node:fs';
import type { Digest } from './canonical.ts';
import type { Rows } from './hash-file.mjs';
import type { ManifestEntry } from './manifest.ts';
import type { Reading } from './reading.ts';

/** Many files in rows, beside their paths: 100,000 of them are three values, and not as many objects. */
export interface FileTable extends Rows {
  readonly paths: readonly string[];
  readonly digests: Buffer;
}

/** A folder, or files of it that were chosen by a rule, with the digest of its manifest. */
export interface KnownFolder {
  readonly digest: Digest;
  /** A file that is not remembered has a row without a reading. */
  readonly table: FileTable;
}

/** A table whose rows have still to be filled: of no file that ever was. */
export const createTable = (paths: readonly string[]): FileTable => ({
  paths,
  readings: new Float64Array(paths.length * readingLength).fill(Number.NaN),
  digests: Buffer.alloc(paths.length * digestLength),
});

export const readingLength = 5;
export const digestLength = 32;

export const placeRows = (
  rows: Rows,
  into: FileTable,
  { from, count }: { readonly from: number; readonly count: number },
): void => {
  into.readings.set(rows.readings.subarray(0, count * readingLength), from * readingLength);
  into.digests.set(rows.digests.subarray(0, count * digestLength), from * digestLength);
};

export const copyRow = (
  from: FileTable,
  row: number,
  into: { readonly table: FileTable; readonly row: number },
): void => {
  const readings = from.readings.subarray(row * readingLength, (row + 1) * readingLength);
  const digests = from.digests.subarray(row * digestLength, (row + 1) * digestLength);
  placeRows({ readings, digests }, into.table, { from: into.row, count: 1 });
};

export const writeRow = (table: FileTable, row: number, { reading, hex }: { reading: Reading; hex: string }): void => {
  table.readings.set(reading, row * readingLength);
  table.digests.write(hex, row * digestLength, 'hex');
};

/** Whether a file is as its row says. */
export const isSameRow = ({ readings }: FileTable, row: number, stat: Stats): boolean => {
  const at = row * readingLength;
  return (
    readings[at] === stat.dev &&
    readings[at + 1] === stat.ino &&
    readings[at + 2] === stat.size &&
    readings[at + 3] === stat.mtimeMs &&
    readings[at + 4] === stat.ctimeMs
  );
};

/** Takes a row's reading away: no file is as NaN says. */
export const forgetReading = ({ readings }: FileTable, row: number): void =>
  void readings.fill(Number.NaN, row * readingLength, (row + 1) * readingLength);

export const sizeAt = ({ readings }: FileTable, row: number): number => readings[row * readingLength + 2]!;
export const mtimeAt = ({ readings }: FileTable, row: number): number => readings[row * readingLength + 3]!;
export const ctimeAt = ({ readings }: FileTable, row: number): number => readings[row * readingLength + 4]!;

export const hexAt = ({ digests }: FileTable, row: number): string =>
  digests.toString('hex', row * digestLength, (row + 1) * digestLength);

/** The lines of the manifest, in the order of the rows. */
export const entriesOf = ({ paths, digests }: FileTable): ManifestEntry[] => {
  const hexes = digests.toString('hex');
  return paths.map((path, row) => ({ path, hex: hexes.slice(row * 64, (row + 1) * 64) }));
};
