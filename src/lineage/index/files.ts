import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LowSync, type SyncAdapter } from 'lowdb';
import type { Digest } from '../../fingerprint/canonical.ts';
import { readWithDigest, writeChecked } from '../../fingerprint/checked-file.ts';

/**
 * The files of the index: lowdb databases, each with its checksum in the first line. `index.json` names the checksums of
 * all others, so that a file that is whole but from another time (a lost update, a loss of power) is noticed too.
 *
 *     write: the others, then index.json     read: index.json, then the others, each as index.json names it
 */
export interface IndexFiles<Data extends Root> {
  readonly root: LowSync<Data>;
  /** The database in a file; empty where index.json names none. Throws `DamagedIndex`. */
  open<Other extends object>(part: Part<Other>): LowSync<Other>;
  /** Whether index.json names a file. */
  has(name: string): boolean;
  /** Notes that a database was changed, to be written by `save`. */
  changed(name: string): void;
  /** Writes what changed, index.json at the end. */
  save(): void;
}

/** What index.json holds in any case. */
export interface Root {
  format: string;
  /** Checksum of each other file. */
  files: Record<string, Digest>;
}

/** A file of the index, with what it holds while it is not there. */
export interface Part<Data> {
  readonly name: string;
  readonly empty: Data;
  /** JSON unless told otherwise. */
  readonly codec?: Codec<Data>;
}

export interface Codec<Data> {
  encode(data: Data): Buffer;
  decode(bytes: Buffer): Data;
}

/** A file of the index is absent, torn, altered or from another time. */
export class DamagedIndex extends Error {
  override readonly name = 'DamagedIndex';
  constructor(
    readonly file: string,
    readonly how: 'missing' | 'damaged' | 'out of step',
  ) {
    super(`the lineage index's ${file} is ${how}`);
  }
}

/** Opens the index that lies in `folder`; a folder that is not there is an empty index. Throws `DamagedIndex`. */
export const openIndexFiles = <Data extends Root>(folder: string, { name, empty }: Part<Data>): IndexFiles<Data> => {
  const rootFile = checkedFile<Data>(join(folder, name), json());
  const root = new LowSync(rootFile, empty);
  root.read();
  if (rootFile.digest === undefined && existsSync(folder)) throw damageAt(folder, name);
  // What another version wrote is no damage, and of no use.
  if (root.data.format !== empty.format) root.data = empty;
  const opened = new Map<string, Opened>();
  const dirty = new Set<string>();
  return {
    root,
    has: (part) => Object.hasOwn(root.data.files, part),
    open: <Other extends object>(part: Part<Other>): LowSync<Other> => {
      const known = opened.get(part.name);
      if (known !== undefined) return known.database as LowSync<unknown> as LowSync<Other>;
      const file = checkedFile<Other>(join(folder, part.name), part.codec ?? json());
      const database = new LowSync(file, part.empty);
      const expected = root.data.files[part.name];
      if (expected !== undefined) database.read();
      if (file.digest !== expected) throw damageAt(folder, part.name, file.digest);
      opened.set(part.name, { database: database as LowSync<unknown> as LowSync<object>, file });
      return database;
    },
    changed: (part) => void dirty.add(part),
    save: () => {
      for (const part of dirty) {
        const { database, file } = opened.get(part)!;
        database.write();
        root.data.files[part] = file.digest!;
      }
      dirty.clear();
      root.write();
    },
  };
};

interface Opened {
  readonly database: LowSync<object>;
  readonly file: { readonly digest: Digest | undefined };
}

/** Removes the whole index; what it held is made from the records again. */
export const removeIndex = (folder: string): void => rmSync(folder, { recursive: true, force: true });

const damageAt = (folder: string, name: string, digest?: Digest): DamagedIndex =>
  new DamagedIndex(name, digest !== undefined ? 'out of step' : existsSync(join(folder, name)) ? 'damaged' : 'missing');

interface CheckedFile<Data> extends SyncAdapter<Data> {
  /** Of what was read or written last. */
  digest: Digest | undefined;
}

/** lowdb's adapter to a file that carries its checksum: one that is torn or altered counts as absent. */
const checkedFile = <Data>(file: string, codec: Codec<Data>): CheckedFile<Data> => {
  const adapter: CheckedFile<Data> = {
    digest: undefined,
    read: () => {
      const read = readWithDigest(file);
      adapter.digest = read?.digest;
      return read === undefined ? null : codec.decode(read.body);
    },
    write: (data) => {
      adapter.digest = writeChecked(file, codec.encode(data));
    },
  };
  return adapter;
};

const json = <Data>(): Codec<Data> => ({
  encode: (data) => Buffer.from(JSON.stringify(data)),
  decode: (bytes) => JSON.parse(bytes.toString()) as Data,
});
