import type { Stats } from 'node:fs';

/**
 * What a file looked like when it was hashed. Equal readings mean equal content; a mode bit proves nothing.
 * Times are in milliseconds with the fraction that the file system keeps (a double resolves 0.25 µs).
 */
export type Reading = readonly [device: number, inode: number, size: number, mtime: number, ctime: number];

export type Remembered = readonly [...Reading, hex: string];

export const isRemembered = (value: unknown): value is Remembered => {
  if (!Array.isArray(value) || value.length !== 6) return false;
  // An object of JSON can have a `toString` that is no function: it has no text.
  const hex: unknown = value[5];
  return typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex);
};

export const readingOf = (stat: Stats): Reading => [stat.dev, stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs];

export const sameReading = (a: Reading | Remembered, b: Reading): boolean =>
  a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4];

/** Whether a file was written so shortly before `now` (ms since 1970) that a further write might leave no trace. */
export const isRacy = ({ mtimeMs, ctimeMs }: Pick<Stats, 'mtimeMs' | 'ctimeMs'>, now: number): boolean =>
  Math.max(mtimeMs, ctimeMs) > now - tick;

// Kernels stamp files with a clock that moves every 1 to 10 ms; two seconds is FAT's, which few work on.
const tick = 20;
