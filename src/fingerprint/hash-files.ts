import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createTable, type FileTable, hexAt, placeRows } from './file-table.ts';
import { hashInto, type Rows } from './hash-file.mjs';

/**
 * What `stat` says of many files, and the digest of each, in the order given. Paths are absolute.
 * Little work is done at once on this thread; much of it on every core.
 * Throws the file system's error for a file that cannot be read.
 */
export const hashFiles = async (paths: readonly string[]): Promise<FileTable> => {
  const table = createTable(paths);
  if (isMuch(paths)) await hashOnThreads(table);
  else for (const [row, path] of paths.entries()) hashInto(path, table, row);
  return table;
};

/** Digest of one file as 64 hexadecimal digits, on this thread. */
export const hashFile = (path: string): string => {
  const table = createTable([path]);
  hashInto(path, table, 0);
  return hexAt(table, 0);
};

// Opening a file costs about as much as hashing 32 KiB; starting threads as much as hashing 32 MiB.
const openCost = 32 << 10;
const worthThreads = 32 << 20;

const isMuch = (paths: readonly string[]): boolean => {
  let cost = paths.length * openCost;
  for (const path of paths) {
    if (cost >= worthThreads) return true;
    cost += statSync(path).size;
  }
  return cost >= worthThreads;
};

/** Rows of a table, from the one to before the other. */
interface Batch {
  readonly from: number;
  readonly to: number;
}

const hashOnThreads = async (table: FileTable): Promise<void> => {
  const cores = availableParallelism();
  const queue = batchesOf(table.paths.length, cores);
  const threads = Math.min(cores, queue.length);
  await Promise.all(Array.from({ length: threads }, () => drain(queue, table)));
};

const largestBatch = 256;
const batchesPerThread = 8;

/** Enough batches for every thread to get some, the first of them at the end. */
const batchesOf = (count: number, threads: number): Batch[] => {
  const size = Math.min(largestBatch, Math.ceil(count / (threads * batchesPerThread)));
  const batches = Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    from: i * size,
    to: Math.min(count, (i + 1) * size),
  }));
  return batches.reverse();
};

/** What a thread says of a batch: the rows that it filled, and why it went no further, if there was a failure. */
interface Answer extends Rows {
  readonly done: number;
  readonly failure?: NodeJS.ErrnoException;
}

/** Gives a thread of its own one batch after the other until none is left. */
const drain = (queue: Batch[], table: FileTable): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hash-worker.mjs', import.meta.url));
    let batch: Batch | undefined;
    const feed = () => {
      batch = queue.pop();
      if (batch === undefined) void worker.terminate().then(() => resolve());
      else worker.postMessage(table.paths.slice(batch.from, batch.to));
    };
    worker.on('error', reject);
    worker.on('message', ({ done, failure, ...rows }: Answer) => {
      const { from, to } = batch!;
      placeRows(rows, table, { from, count: done });
      if (failure !== undefined) {
        // The other threads find nothing more to do.
        queue.length = 0;
        reject(Object.assign(new Error(failure.message), failure));
      } else if (from + done < to) queue.push({ from: from + done, to });
      feed();
    });
    feed();
  });
