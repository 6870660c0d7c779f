import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { flushFolder } from '../../fingerprint/replace-file.ts';
import { isCacheEntry } from '../generated/fingerprint.js';
import { type ContentTable, type Tree, Unreadable } from './content-table.ts';
import type { Marks } from './mark.ts';

/** A cache entry as far as gc has to know it. */
export interface KnownEntry {
  readonly file: string;
  readonly trees: readonly Tree[];
}

/** All entries that can be read; a torn one counts as absent, and is audit's to tell. */
export const readEntries = (store: string): KnownEntry[] => {
  const folder = join(store, 'fingerprints-v1');
  return namesIn(folder)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((shard) => namesIn(join(folder, shard)).map((name) => join(folder, shard, name)))
    .filter((file) => /\/[0-9a-f]{62}\.json$/.test(file))
    .flatMap((file) => readEntry(file) ?? []);
};

export const readEntry = (file: string): KnownEntry | undefined => {
  try {
    const entry: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isCacheEntry(entry)) return undefined;
    return { file, trees: Object.values(entry.outs).map(({ digest, kind }) => ({ digest, kind })) };
  } catch {
    return undefined;
  }
};

/** Whether an entry stands for something that is gone, or that nothing needs: it has to go before the content does. */
export const isDoomed = ({ trees }: KnownEntry, table: ContentTable, marks: Marks): boolean =>
  trees.some((tree) => {
    try {
      const { numbers, whole } = table.tree(tree);
      return !whole || !numbers.every(marks.isNeeded);
    } catch (error) {
      if (error instanceof Unreadable) return false;
      throw error;
    }
  });

/** Removes entries for good: they must not come back, after a loss of power, when their content is gone. */
export const removeEntries = (files: readonly string[]): void => {
  for (const file of files) rmSync(file, { force: true });
  for (const folder of new Set(files.map((file) => dirname(file)))) flushFolder(folder);
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
