import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf, hexOf } from './canonical.ts';
import { hashFile, hashFiles } from './hash-files.ts';
import { formatManifest, type ManifestEntry } from './manifest.ts';
import { isRacy, type Reading, type Remembered, readingOf, type StatCache, sameReading } from './stat-cache.ts';

/** What lies at a path: a file's digest, or that of a folder's manifest. */
export type Content = FileContent | FolderContent;

export interface FileContent {
  readonly kind: 'file';
  readonly digest: Digest;
  readonly bytes: number;
  /** When it was written, ms since 1970. */
  readonly written: number;
}

export interface FolderContent {
  readonly kind: 'folder';
  readonly digest: Digest;
  /** Sum of the files' sizes. */
  readonly bytes: number;
  /** When its newest file was written, ms since 1970; 0 for no file. */
  readonly written: number;
  readonly count: number;
  /** The lines of its manifest, in no particular order; made when asked for. */
  readonly files: () => readonly ManifestEntry[];
}

/**
 * Digest of the file or folder at `path` (absolute), through the stat cache: only what changed is read.
 * Symlinks are followed; a folder's own links to folders above it are an error. Undefined where nothing is there.
 * Throws the file system's error for what cannot be read.
 */
export const digestPath = async (path: string, cache: StatCache): Promise<Content | undefined> => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) return digestFolder(path, cache);
  return digestFile(path, stat, cache);
};

/** Files of a folder, chosen by a rule of a name, as a glob. Paths are relative to `root`. */
export interface Selection {
  readonly root: string;
  readonly rule: string;
  readonly paths: readonly string[];
}

/** As `digestPath`, for chosen files of a folder. */
export const digestSelection = ({ root, rule, paths }: Selection, cache: StatCache): Promise<FolderContent> => {
  const files = paths.map((path) => ({ path, stat: statSync(join(root, path)) }));
  return digestListing(root, { key: `${root}\0${rule}`, files }, cache);
};

/** Digest of a file at once, if the stat cache knows it; undefined otherwise. The fast path of a no-op. */
export const recallFile = (path: string, cache: StatCache): FileContent | undefined => {
  const known = cache.recall(path)?.get(own);
  const stat = known && statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || !sameReading(known!, readingOf(stat))) return undefined;
  return fileContent(known![5], stat);
};

const digestFile = async (path: string, stat: Stats, cache: StatCache): Promise<FileContent> => {
  const known = cache.recall(path)?.get(own);
  if (known && sameReading(known, readingOf(stat))) return fileContent(known[5], stat);
  const now = Date.now();
  const [hex] = await hashFiles([{ path, bytes: stat.size }]);
  if (!isRacy(stat, now)) cache.remember(path, new Map([[own, [...readingOf(stat), hex!]]]));
  return fileContent(hex!, stat);
};

const fileContent = (hex: string, stat: Stats): FileContent => ({
  kind: 'file',
  digest: `sha256:${hex}`,
  bytes: stat.size,
  written: stat.mtimeMs,
});

interface Listed {
  readonly path: string;
  readonly stat: Stats;
}

const digestFolder = (root: string, cache: StatCache): Promise<FolderContent> =>
  digestListing(root, { key: root, files: listFolder(root) }, cache);

const digestListing = async (
  root: string,
  listing: { readonly key: string; readonly files: readonly Listed[] },
  cache: StatCache,
): Promise<FolderContent> => {
  const known = cache.recall(listing.key);
  const found = new Map<string, Remembered>();
  const unknown: Listed[] = [];
  for (const file of listing.files) {
    const entry = known?.get(file.path);
    if (entry && sameReading(entry, readingOf(file.stat))) found.set(file.path, entry);
    else unknown.push(file);
  }
  const hexes = new Map<string, string>();
  if (unknown.length > 0) await hashUnknown(root, unknown, { found, hexes });
  const files = () => listing.files.map(({ path }) => ({ path, hex: hexes.get(path) ?? found.get(path)![5] }));
  const bytes = listing.files.reduce((sum, { stat }) => sum + stat.size, 0);
  const whole = known?.get(own);
  const isKnown = whole !== undefined && sameReading(whole, ofFolder);
  const unchanged = isKnown && unknown.length === 0 && known?.size === found.size + 1;
  const hex = unchanged ? whole[5] : hexOf(digestOf(formatManifest(files())));
  if (!unchanged) {
    // The digest of the whole is of use only beside every file: else one that is not remembered could go unseen.
    if (found.size === listing.files.length) found.set(own, [...ofFolder, hex]);
    cache.remember(listing.key, found);
  }
  const written = listing.files.reduce((newest, { stat }) => Math.max(newest, stat.mtimeMs), 0);
  return { kind: 'folder', digest: `sha256:${hex}`, bytes, written, count: listing.files.length, files };
};

// Beside its files, a root's entry keeps the digest of the whole, so that 100,000 unchanged lines are not hashed again.
const own = '';

// What stands in place of a reading there: so what was a file is not taken for the empty folder that it is now.
const ofFolder: Reading = [0, 0, 0, 0, 0];

const hashUnknown = async (
  root: string,
  unknown: readonly Listed[],
  into: { readonly found: Map<string, Remembered>; readonly hexes: Map<string, string> },
): Promise<void> => {
  const now = Date.now();
  const fresh = await hashFiles(unknown.map(({ path, stat }) => ({ path: join(root, path), bytes: stat.size })));
  unknown.forEach(({ path, stat }, i) => {
    into.hexes.set(path, fresh[i]!);
    if (!isRacy(stat, now)) into.found.set(path, [...readingOf(stat), fresh[i]!]);
  });
};

/** All files below a folder, with what `stat` says, symlinks followed. */
export const listFolder = (root: string): Listed[] => {
  const files: Listed[] = [];
  const visit = (folder: string, depth: number) => {
    // A symlink to a folder above would go on for ever; no real tree is this deep.
    if (depth > 256) throw new Error(`ELOOP: folders are nested too deeply at ${folder}`);
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path, depth + 1);
      else addFile(path, entry.isSymbolicLink(), depth);
    }
  };
  const addFile = (path: string, isLink: boolean, depth: number) => {
    const stat = statSync(join(root, path));
    if (isLink && stat.isDirectory()) visit(path, depth + 1);
    else if (stat.isFile()) files.push({ path, stat });
  };
  visit('', 0);
  return files;
};

/**
 * Tells the stat cache what was just put at `path` by us, with times in the past (see `stampPast`).
 * A file whose time is not in the past has been touched since, and is not remembered.
 */
export const rememberPlaced = (
  path: string,
  placed: { readonly digest: Digest; readonly listing?: readonly ManifestEntry[] | undefined },
  cache: StatCache,
): void => {
  const found = new Map<string, Remembered>();
  const add = (key: string, file: string, hex: string) => {
    const stat = statSync(file);
    if (stat.mtimeMs < Date.now() - 1000) found.set(key, [...readingOf(stat), hex]);
  };
  if (placed.listing === undefined) add(own, path, hexOf(placed.digest));
  for (const { path: file, hex } of placed.listing ?? []) add(file, join(path, file), hex);
  if (placed.listing?.length === found.size) found.set(own, [...ofFolder, hexOf(placed.digest)]);
  cache.remember(path, found);
};

/** Digest of a file's present bytes, past the stat cache. */
export const rehashFile = (path: string): Digest => `sha256:${hashFile(path)}`;
