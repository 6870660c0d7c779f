import { statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { type Digest, hexOf } from '../fingerprint/canonical.ts';
import { listFiles } from '../fingerprint/list-files.ts';
import { formatManifest, type ManifestEntry, parseManifest } from '../fingerprint/manifest.ts';
import { temporaryName } from '../fingerprint/replace-file.ts';
import { type ContentStore, type CopyMethod, DamagedContent } from './content.ts';

/** A file or a folder in the store. A folder is its manifest, and the content of each file in it. */
export interface StoredTree {
  readonly digest: Digest;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
  /** Of a folder: how many files. */
  readonly files?: number;
}

/** A tree whose files are known: at hand after it was stored or placed. */
export interface ListedTree extends StoredTree {
  /** Of a folder: the lines of its manifest. */
  readonly listing?: readonly ManifestEntry[];
}

/** Takes the file or folder at `path` into the store. */
export const putTree = async (store: ContentStore, path: string): Promise<ListedTree> => {
  if (!statSync(path).isDirectory()) return { ...(await store.put(path)), kind: 'file' };
  const files = listFiles(path);
  const atOnce = pLimit(filesAtOnce);
  const stored = await Promise.all(files.map((file) => atOnce(() => store.put(join(path, file)))));
  const listing = files.map((file, i) => ({ path: file, hex: hexOf(stored[i]!.digest) }));
  const digest = await putText(store, { beside: path, text: formatManifest(listing) });
  const bytes = stored.reduce((sum, file) => sum + file.bytes, 0);
  return { digest, kind: 'folder', bytes, files: files.length, listing };
};

// Enough to keep both the disk and the processor busy; each holds one chunk in memory.
const filesAtOnce = 8;

/** Takes a text in. `beside` says where a temporary file may stand. */
export const putText = async (store: ContentStore, what: { beside: string; text: string }): Promise<Digest> => {
  const file = temporaryName(what.beside);
  try {
    await writeFile(file, what.text);
    return (await store.put(file)).digest;
  } finally {
    await rm(file, { force: true });
  }
};

/**
 * Puts a stored file or folder in the place of whatever is at `target`, whole or not at all.
 * Throws `DamagedContent` where the store cannot give it; `target` is then as it was.
 */
export const placeTree = async (store: ContentStore, tree: StoredTree, target: string): Promise<PlacedTree> => {
  await mkdir(dirname(target), { recursive: true });
  const temporary = temporaryName(target);
  try {
    const placed =
      tree.kind === 'file'
        ? { ...tree, method: await placeFile(store, tree.digest, temporary) }
        : { ...tree, ...(await fillFolder(store, tree.digest, temporary)) };
    await swap(temporary, target);
    return placed;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

export interface PlacedTree extends ListedTree {
  readonly method: CopyMethod;
}

/** The manifest of a stored folder. Throws `DamagedContent`. */
export const readStoredManifest = async (
  store: ContentStore,
  digest: Digest,
  beside: string,
): Promise<ManifestEntry[]> => {
  const file = temporaryName(beside);
  try {
    await store.get(digest, file);
    return parseStored(digest, await readFile(file, 'utf8'));
  } finally {
    await rm(file, { force: true });
  }
};

/** The bytes have their digest, and whoever says that they are a folder's manifest may be wrong. */
const parseStored = (digest: Digest, text: string): ManifestEntry[] => {
  try {
    return parseManifest(text);
  } catch {
    throw new DamagedContent(digest, 'no manifest');
  }
};

/**
 * Removes what is damaged of a stored file or folder, so that the same bytes, made again, can take its place.
 * `beside` says where temporary files may stand.
 */
export const removeDamaged = async (
  store: ContentStore,
  { digest, kind }: StoredTree,
  beside: string,
): Promise<void> => {
  const check = async (content: Digest): Promise<boolean> => {
    const file = temporaryName(beside);
    try {
      await store.get(content, file);
      return true;
    } catch (error) {
      if (!(error instanceof DamagedContent)) throw error;
      await store.remove(content);
      return false;
    } finally {
      await rm(file, { force: true });
    }
  };
  if (!(await check(digest)) || kind === 'file') return;
  for (const { hex } of await manifestOrNothing(store, digest, beside)) await check(`sha256:${hex}`);
};

const manifestOrNothing = (store: ContentStore, digest: Digest, beside: string): Promise<readonly ManifestEntry[]> =>
  readStoredManifest(store, digest, beside).catch((error: unknown) => {
    if (error instanceof DamagedContent) return [];
    throw error;
  });

const fillFolder = async (store: ContentStore, digest: Digest, folder: string) => {
  await mkdir(folder);
  const listing = await readStoredManifest(store, digest, folder);
  for (const parent of new Set(listing.map(({ path }) => dirname(path))))
    await mkdir(join(folder, parent), { recursive: true });
  const atOnce = pLimit(filesAtOnce);
  const place = ({ path, hex }: ManifestEntry) => placeFile(store, `sha256:${hex}`, join(folder, path));
  const methods = await Promise.all(listing.map((entry) => atOnce(() => place(entry))));
  return { listing, method: methods.includes('copy') ? ('copy' as const) : ('reflink' as const) };
};

const placeFile = async (store: ContentStore, digest: Digest, target: string): Promise<CopyMethod> => {
  const method = await store.get(digest, target);
  await stampPast(target);
  return method;
};

/**
 * Gives a file that nobody else knows yet a time in the past, so that the stat cache can trust it at once:
 * any later write sets the time to the present, even one within the same tick of the clock.
 */
export const stampPast = async (file: string): Promise<void> => {
  const past = statSync(file).mtimeMs / 1000 - 2;
  await utimes(file, past, past);
};

/** Renames over what is there; a folder cannot replace a folder in one step, so the old one moves aside first. */
export const swap = async (from: string, to: string): Promise<void> => {
  const old = temporaryName(to);
  const stood = await rename(to, old).then(
    () => true,
    () => false,
  );
  await rename(from, to);
  if (stood) await rm(old, { recursive: true, force: true });
};
