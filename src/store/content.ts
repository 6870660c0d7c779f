import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, hexOf } from '../fingerprint/canonical.ts';
import { rehashFile } from '../fingerprint/digest-path.ts';
import { hexAt, sizeAt } from '../fingerprint/file-table.ts';
import { hashFiles } from '../fingerprint/hash-files.ts';
import { temporaryName } from '../fingerprint/replace-file.ts';

/**
 * Bytes by digest. The local store is a folder; a remote one can stand behind the same five verbs.
 *
 * Invariants: what `has` says is there was wholly on the disk before its name was; content is never rewritten;
 * `get` hands out only bytes that have the digest asked for.
 */
export interface ContentStore {
  has(digest: Digest): Promise<boolean>;
  /**
   * Puts a copy of the content at `target` (a path that does not exist yet), and says how.
   * Throws `DamagedContent` where the bytes are missing or do not have the digest; `target` then does not exist.
   */
  get(digest: Digest, target: string): Promise<CopyMethod>;
  /** Takes a file's bytes in, and says their digest and size. The file stays. */
  put(file: string): Promise<StoredFile>;
  list(): AsyncIterable<Digest>;
  remove(digest: Digest): Promise<void>;
}

/** A reflink shares the bytes on the disk until one side is written; few file systems can. */
export type CopyMethod = 'reflink' | 'copy';

export interface StoredFile {
  readonly digest: Digest;
  readonly bytes: number;
}

/** Content that the store should hold is missing or damaged. */
export class DamagedContent extends Error {
  override readonly name = 'DamagedContent';
  constructor(
    readonly digest: Digest,
    readonly found: 'nothing' | 'other bytes' | 'no manifest',
  ) {
    super(`the store's ${digest} holds ${found}`);
  }
}

/** The store in a folder: `content-v1/<first two digits>/<the rest>`, read-only files. */
export const openContentStore = (folder: string): ContentStore => ({
  has: (digest) => exists(fileOf(folder, digest)),
  get: (digest, target) => getContent(folder, digest, target),
  put: (file) => putContent(folder, file),
  list: () => listContent(folder),
  remove: (digest) => rm(fileOf(folder, digest), { force: true }),
});

const fileOf = (folder: string, digest: Digest): string =>
  join(folder, hexOf(digest).slice(0, 2), hexOf(digest).slice(2));

const exists = (file: string): Promise<boolean> =>
  access(file, constants.R_OK).then(
    () => true,
    () => false,
  );

/**
 * Copies to a temporary file, hashes what was written, flushes it, and moves it to the name that its digest gives it;
 * so a name stands only for whole content, whenever the process is killed or the power goes.
 */
const putContent = async (folder: string, file: string): Promise<StoredFile> => {
  await mkdir(folder, { recursive: true });
  const temporary = temporaryName(join(folder, 'incoming'));
  try {
    const stored = await copyHashed(file, temporary);
    const target = fileOf(folder, stored.digest);
    if (!(await isWhole(target, stored, folder))) await publish(temporary, target);
    return stored;
  } finally {
    await rm(temporary, { force: true });
  }
};

/** What stands there already is kept, unless it was damaged: the good bytes are at hand. */
const isWhole = async (file: string, { digest, bytes }: StoredFile, folder: string): Promise<boolean> => {
  const found = await stat(file).catch(() => undefined);
  return (
    found?.isFile() === true && found.size === bytes && (!damagedStores.has(folder) || rehashFile(file) === digest)
  );
};

// Damage seldom comes alone: from the first on, a right size is no longer taken for right bytes.
const damagedStores = new Set<string>();

const publish = async (temporary: string, target: string): Promise<void> => {
  const handle = await open(temporary, 'r+');
  await handle.sync();
  await handle.close();
  await chmod(temporary, 0o444);
  await mkdir(dirname(target), { recursive: true });
  await rename(temporary, target);
  const parent = await open(dirname(target), 'r');
  await parent.sync();
  await parent.close();
};

const getContent = async (folder: string, digest: Digest, target: string): Promise<CopyMethod> => {
  const source = fileOf(folder, digest);
  const cloned = await clone(source, target);
  const found = cloned ? await hashOf(target) : await copyOrSay(source, target, digest);
  if (found.digest === digest) return cloned ? 'reflink' : 'copy';
  await rm(target, { force: true });
  damagedStores.add(folder);
  throw new DamagedContent(digest, 'other bytes');
};

const clone = async (source: string, target: string): Promise<boolean> => {
  if (cannotClone.has(dirname(dirname(source)))) return false;
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    await chmod(target, fileMode);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What stands there is not ours to remove.
    if (code === 'EEXIST') throw error;
    if (code !== 'ENOENT') cannotClone.add(dirname(dirname(source)));
    await rm(target, { force: true });
    return false;
  }
};

// Asked once a store: whether a file system can clone does not change while we run.
const cannotClone = new Set<string>();

const copyOrSay = (source: string, target: string, digest: Digest): Promise<StoredFile> =>
  copyHashed(source, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && error.path === source) throw new DamagedContent(digest, 'nothing');
    throw error;
  });

/** The system copies, and what it wrote is then read: those are the bytes that the digest has to be of. */
const copyHashed = async (from: string, to: string): Promise<StoredFile> => {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    // The system names the file that is read, whichever of the two it could not use.
    throw (await exists(from)) ? Object.assign(error as Error, { path: to }) : error;
  }
  await chmod(to, fileMode);
  return hashOf(to);
};

// As the user's umask lets new files be.
const fileMode = 0o666 & ~process.umask();

const hashOf = async (file: string): Promise<StoredFile> => {
  const table = await hashFiles([file]);
  return { digest: `sha256:${hexAt(table, 0)}`, bytes: sizeAt(table, 0) };
};

const listContent = async function* (folder: string): AsyncIterable<Digest> {
  for (const prefix of (await names(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name)))
    for (const rest of await names(join(folder, prefix)))
      if (/^[0-9a-f]{62}$/.test(rest)) yield `sha256:${prefix}${rest}`;
};

const names = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    (found) => found.sort(),
    () => [],
  );
