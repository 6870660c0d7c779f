import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands in a folder, sorted by name; nothing where it is absent. Throws for a folder that cannot be read. */
export const entriesIn = (folder: string): Dirent[] => {
  try {
    const found = readdirSync(folder, { withFileTypes: true });
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
};

export interface Sharded {
  /** Name of the subfolder and name in it, as one. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

/** Files that lie in subfolders by the first two digits of a digest, if the rest of the name has the form. */
export const shardedIn = (folder: string, form: RegExp): Sharded[] =>
  entriesIn(folder)
    .filter((shard) => shard.isDirectory() && /^[0-9a-f]{2}$/.test(shard.name))
    .flatMap((shard) =>
      entriesIn(join(folder, shard.name))
        .filter((entry) => entry.isFile() && form.test(entry.name))
        .map((entry) => ({ name: shard.name + entry.name, file: join(folder, shard.name, entry.name) })),
    );

export type Read = { readonly bytes: Buffer } | 'gone' | { readonly problem: string };

/** The bytes of a file, or why there are none. */
export const read = (file: string): Read => {
  try {
    return { bytes: readFileSync(file) };
  } catch (error) {
    return isGone(error) ? 'gone' : { problem: problemOf(error) };
  }
};

export const isGone = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
};

/** What the system says of a file that cannot be read. Throws what is no system error. */
export const problemOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined && !/^ELOOP/.test(message)) throw error;
  return message;
};

/** JSON as it stands in bytes; undefined where they are none. */
export const jsonIn = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
};
