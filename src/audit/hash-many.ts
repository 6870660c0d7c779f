import { hexAt } from '../fingerprint/file-table.ts';
import { hashFiles } from '../fingerprint/hash-files.ts';
import { isGone, problemOf } from './read.ts';

export type Hashed = { readonly hex: string } | 'gone' | { readonly problem: string };

/** The digest of each file's present bytes, in their order; a file that cannot be read does not end it. */
export const hashMany = async (
  files: readonly string[],
  onProgress: (done: number, total: number) => void,
): Promise<Hashed[]> => {
  const found: Hashed[] = [];
  for (let at = 0; at < files.length; at += batch) {
    found.push(...(await hashBatch(files.slice(at, at + batch))));
    onProgress(found.length, files.length);
  }
  return found;
};

// Enough for all threads, and few enough for people to see that it goes on.
const batch = 4096;

const hashBatch = async (files: readonly string[]): Promise<Hashed[]> => {
  try {
    const table = await hashFiles(files);
    return files.map((_, row) => ({ hex: hexAt(table, row) }));
  } catch (error) {
    problemOf(error);
    // One by one, to learn which it is.
    const found: Hashed[] = [];
    for (const file of files) found.push(await hashOne(file));
    return found;
  }
};

const hashOne = async (file: string): Promise<Hashed> => {
  try {
    return { hex: hexAt(await hashFiles([file]), 0) };
  } catch (error) {
    return isGone(error) ? 'gone' : { problem: problemOf(error) };
  }
};
