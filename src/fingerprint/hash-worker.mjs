// Hashes files, on a thread of its own. Plain JavaScript, since a worker is started from a file as it lies on the disk.

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

const chunk = Buffer.allocUnsafeSlow(1 << 20);

/** @param {string} path @returns {string} 64 hexadecimal digits, or `!` and the error's code */
const hashFile = (path) => {
  let file;
  try {
    file = openSync(path, 'r');
    let size = readSync(file, chunk, 0, chunk.length, null);
    const hash = createHash('sha256');
    while (size > 0) {
      hash.update(chunk.subarray(0, size));
      // A short read ends nearly every file: a second read only where the first one filled the buffer.
      size = size < chunk.length ? 0 : readSync(file, chunk, 0, chunk.length, null);
    }
    return hash.digest('hex');
  } catch (error) {
    return `!${error.code ?? error.message}`;
  } finally {
    if (file !== undefined) closeSync(file);
  }
};

parentPort?.on('message', ({ id, paths }) => parentPort.postMessage({ id, hexes: paths.map(hashFile) }));
