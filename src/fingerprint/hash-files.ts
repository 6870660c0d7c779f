import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

export interface FileToHash {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Digests of many files, as 64 hexadecimal digits each, in the order given.
 * Little work is done at once on this thread; much of it on every core, the largest files first.
 * Throws the file system's error for the first file that cannot be read.
 */
export const hashFiles = async (files: readonly FileToHash[]): Promise<string[]> =>
  cost(files) < worthThreads ? files.map(({ path }) => hashFile(path)) : hashOnThreads(files);

/** Digest of one file, on this thread. */
export const hashFile = (path: string): string => {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) hash.update(chunk.subarray(0, size));
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
};

const chunk = Buffer.allocUnsafeSlow(1 << 20);

// Opening a file costs about as much as hashing 32 KiB; starting threads as much as hashing 32 MiB.
const openCost = 32 << 10;
const worthThreads = 32 << 20;
const batchCost = 8 << 20;

const cost = (files: readonly FileToHash[]): number => files.reduce((sum, file) => sum + file.bytes + openCost, 0);

interface Batch {
  readonly indices: number[];
  cost: number;
}

const hashOnThreads = async (files: readonly FileToHash[]): Promise<string[]> => {
  const batches = batchesOf(files);
  const hexes = new Array<string>(files.length);
  const threads = Math.min(availableParallelism(), batches.length);
  const next = () => batches.pop();
  await Promise.all(Array.from({ length: threads }, () => drain(next, files, hexes)));
  return hexes;
};

/** Batches of about equal cost, sorted so that the costliest is taken (from the end) first. */
const batchesOf = (files: readonly FileToHash[]): Batch[] => {
  const batches: Batch[] = [];
  let open: Batch = { indices: [], cost: 0 };
  files.forEach((file, index) => {
    open.indices.push(index);
    open.cost += file.bytes + openCost;
    if (open.cost < batchCost) return;
    batches.push(open);
    open = { indices: [], cost: 0 };
  });
  if (open.indices.length > 0) batches.push(open);
  return batches.sort((a, b) => a.cost - b.cost);
};

const drain = (next: () => Batch | undefined, files: readonly FileToHash[], hexes: string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hash-worker.mjs', import.meta.url));
    let batch = next();
    const feed = () => {
      if (batch === undefined) return void worker.terminate().then(() => resolve());
      worker.postMessage({ id: 0, paths: batch.indices.map((index) => files[index]!.path) });
    };
    worker.on('error', reject);
    worker.on('message', ({ hexes: found }: { hexes: string[] }) => {
      found.forEach((hex, i) => {
        const index = batch!.indices[i]!;
        if (hex.startsWith('!')) reject(new Error(`${hex.slice(1)}: cannot read ${files[index]!.path}`));
        hexes[index] = hex;
      });
      batch = next();
      feed();
    });
    feed();
  });
