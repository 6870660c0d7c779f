import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, hexOf } from './canonical.ts';
import { digestFolder, type FolderContent } from './digest-folder.ts';
import { createTable, hexAt, writeRow } from './file-table.ts';
import { hashFile, hashFiles } from './hash-files.ts';
import type { ManifestEntry } from './manifest.ts';
import { isRacy, readingOf, sameReading } from './reading.ts';
import type { StatCache } from './stat-cache.ts';

/** What lies at a path: a file's digest, or that of a folder's manifest. */
export type Content = FileContent | FolderContent;

export interface FileContent {
  readonly kind: 'file';
  readonly digest: Digest;
  readonly bytes: number;
  /** When it was written, ms since 1970. */
  readonly written: number;
}

/**
 * Digest of the file or folder at `path` (absolute), through the stat cache: only what changed is read.
 * Symlinks are followed; a folder's own links to folders above it are an error. Undefined where no file or folder is:
 * a pipe has no end, and a device may have none.
 * Throws the file system's error for what cannot be read.
 */
export const digestPath = async (path: string, cache: StatCache): Promise<Content | undefined> => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) return digestFolder(path, cache);
  return stat.isFile() ? digestFile(path, stat, cache) : undefined;
};

/** Digest of a file at once, if the stat cache knows it; undefined otherwise. The fast path of a no-op. */
export const recallFile = (path: string, cache: StatCache): FileContent | undefined => {
  const known = cache.recallFile(path);
  const stat = known && statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || !sameReading(known!, readingOf(stat))) return undefined;
  return fileContent(known![5], stat);
};

const digestFile = async (path: string, stat: Stats, cache: StatCache): Promise<FileContent> => {
  const known = cache.recallFile(path);
  if (known && sameReading(known, readingOf(stat))) return fileContent(known[5], stat);
  const now = Date.now();
  const hex = hexAt(await hashFiles([path]), 0);
  if (!isRacy(stat, now)) cache.rememberFile(path, [...readingOf(stat), hex]);
  return fileContent(hex, stat);
};

const fileContent = (hex: string, stat: Stats): FileContent => ({
  kind: 'file',
  digest: `sha256:${hex}`,
  bytes: stat.size,
  written: stat.mtimeMs,
});

/**
 * Tells the stat cache what was just put at `path` by us, with times in the past (see `stampPast`).
 * A file whose time is not in the past has been touched since, and is not remembered.
 */
export const rememberPlaced = (
  path: string,
  { digest, listing }: { readonly digest: Digest; readonly listing?: readonly ManifestEntry[] | undefined },
  cache: StatCache,
): void => {
  if (listing === undefined) {
    const stat = statSync(path);
    if (isPast(stat)) cache.rememberFile(path, [...readingOf(stat), hexOf(digest)]);
    return;
  }
  const table = createTable(listing.map((entry) => entry.path));
  for (const [row, { path: file, hex }] of listing.entries()) {
    const stat = statSync(join(path, file));
    if (isPast(stat)) writeRow(table, row, { reading: readingOf(stat), hex });
  }
  cache.rememberFolder(path, { digest, table });
};

const isPast = ({ mtimeMs }: Stats): boolean => mtimeMs < Date.now() - 1000;

/** Digest of a file's present bytes, past the stat cache. */
export const rehashFile = (path: string): Digest => `sha256:${hashFile(path)}`;
