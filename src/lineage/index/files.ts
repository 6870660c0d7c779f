import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LowSync, type SyncAdapter } from 'lowdb';
import type { Digest } from '../../fingerprint/canonical.ts';
import { readWithDigest, writeChecked } from '../../fingerprint/checked-file.ts';

/**
 * The files of the index: lowdb databases, each with its checksum in the first line. `runs.json` names the checksums of
 * all others, so that a file that is whole but from another time (a lost update, a loss of power) is noticed too.
 *
 *     write: the others, then runs.json     read: runs.json, then the others, each as runs.json names it
 */
export interface IndexFiles {
  /** The database in a file; empty where runs.json names none. Throws `DamagedIndex`. */
  open<Data extends object>(name: string, empty: Data): LowSync<Data>;
  /** Whether runs.json names a file. */
  has(name: string): boolean;
  /** Notes that a database was changed, to be written by `save`. */
  changed(name: string): void;
  /** Writes what changed, runs.json at the end. */
  save(): void;
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

/** What runs.json holds beside its rows. */
export interface Root {
  format: string;
  /** Checksum of each other file. */
  files: Record<string, Digest>;
}

export const rootName = 'runs.json';

/** Opens the index that lies in `folder`; `empty` is what runs.json holds at first. Throws `DamagedIndex`. */
export const openIndexFiles = <Data extends Root>(
  folder: string,
  empty: Data,
): IndexFiles & { root: LowSync<Data> } => {
  const rootFile = checkedJson<Data>(join(folder, rootName));
  const root = new LowSync(rootFile, empty);
  root.read();
  if (rootFile.digest === undefined && existsSync(folder))
    throw new DamagedIndex(rootName, existsSync(join(folder, rootName)) ? 'damaged' : 'missing');
  // What another version wrote is no damage, and of no use.
  if (root.data.format !== empty.format) root.data = empty;
  const opened = new Map<string, { readonly database: LowSync<object>; readonly file: CheckedJson<object> }>();
  const dirty = new Set<string>();
  return {
    root,
    has: (name) => name in root.data.files,
    open: <Other extends object>(name: string, initial: Other) => {
      const known = opened.get(name);
      if (known !== undefined) return known.database as unknown as LowSync<Other>;
      const file = checkedJson<Other>(join(folder, name));
      const database = new LowSync(file, initial);
      const expected = root.data.files[name];
      if (expected !== undefined) readAs(database, file, { name, folder, expected });
      opened.set(name, { database, file } as never);
      return database;
    },
    changed: (name) => void dirty.add(name),
    save: () => {
      for (const name of dirty) {
        const { database, file } = opened.get(name)!;
        database.write();
        root.data.files[name] = file.digest!;
      }
      dirty.clear();
      root.write();
    },
  };
};

/** Removes the whole index; what it held is made from the records again. */
export const removeIndex = (folder: string): void => rmSync(folder, { recursive: true, force: true });

const readAs = <Data>(
  database: LowSync<Data>,
  file: CheckedJson<Data>,
  { name, folder, expected }: { readonly name: string; readonly folder: string; readonly expected: Digest },
): void => {
  database.read();
  if (file.digest === expected) return;
  const missing = !existsSync(join(folder, name));
  throw new DamagedIndex(name, missing ? 'missing' : file.digest === undefined ? 'damaged' : 'out of step');
};

interface CheckedJson<Data> extends SyncAdapter<Data> {
  /** Of what was read or written last. */
  digest: Digest | undefined;
}

const checkedJson = <Data>(file: string): CheckedJson<Data> => {
  const adapter: CheckedJson<Data> = {
    digest: undefined,
    read: () => {
      const read = readWithDigest(file);
      adapter.digest = read?.digest;
      return read === undefined ? null : (JSON.parse(read.body.toString('utf8')) as Data);
    },
    write: (data) => {
      adapter.digest = writeChecked(file, Buffer.from(JSON.stringify(data)));
    },
  };
  return adapter;
};
