// Hashes batches of files, on a thread of its own.
import { parentPort } from 'node:worker_threads';
import { hashInto } from './hash-file.mjs';

// After so much of a batch its rest is handed back: another thread may have nothing to do.
const enough = 64 << 20;

/** @param {string[]} paths */
const hashBatch = (paths) => {
  const rows = { readings: new Float64Array(paths.length * 5), digests: new Uint8Array(paths.length * 32) };
  let done = 0;
  try {
    for (let bytes = 0; done < paths.length && bytes < enough; done++) bytes += hashInto(paths[done], rows, done);
    return { done, ...rows };
  } catch (error) {
    const { message, code, syscall } = error;
    return { done, ...rows, failure: { message, code, syscall, path: paths[done] } };
  }
};

parentPort.on('message', (paths) => parentPort.postMessage(hashBatch(paths)));
