// Hashes a file. Plain JavaScript, since a worker is started from files as they lie on the disk.
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// What was read is still in the processor's own cache when it is hashed.
const chunk = Buffer.allocUnsafeSlow(128 << 10);

/**
 * Writes what `stat` says of a file, and the digest of its bytes, into a row. The state is asked for before the first
 * byte is read: a write after that moves the file's times away from those in the row.
 *
 * @param {string} path
 * @param {import('./hash-file.mjs').Rows} rows
 * @param {number} row
 * @returns {number} the file's size
 */
export const hashInto = (path, { readings, digests }, row) => {
  const file = openSync(path, 'r');
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = fstatSync(file);
    readings.set([dev, ino, size, mtimeMs, ctimeMs], row * 5);
    digests.set(size < chunk.length ? hashSmall(file, size) : hashRest(createHash('sha256'), file), row * 32);
    return size;
  } finally {
    closeSync(file);
  }
};

/** One read and one call for what fits into the chunk, unless the file is no longer as large as it was. */
const hashSmall = (file, size) => {
  const found = readSync(file, chunk, 0, chunk.length, null);
  if (found === size) return hash('sha256', chunk.subarray(0, size), 'buffer');
  return hashRest(createHash('sha256').update(chunk.subarray(0, found)), file);
};

const hashRest = (sum, file) => {
  for (let size = read(file); size > 0; size = read(file)) sum.update(chunk.subarray(0, size));
  return sum.digest();
};

const read = (file) => readSync(file, chunk, 0, chunk.length, null);
