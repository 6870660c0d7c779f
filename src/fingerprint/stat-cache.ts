import { join } from 'node:path';
import { type Digest, digestOf, hexOf, isDigest } from './canonical.ts';
import { readChecked, writeChecked } from './checked-file.ts';
import type { KnownFolder } from './file-table.ts';
import { decodeTable, encodeTable, isPackedTable, type PackedTable, packTable, unpackTable } from './pack-table.ts';
import { isRemembered, type Remembered } from './reading.ts';

/**
 * Digest of each file by (device, inode, size, mtime, ctime): a no-op asks for states and hashes nothing.
 *
 * Invariants: an entry is used only while all five readings are equal; a file that was written in the same tick of
 * the clock in which it was hashed is not remembered (git's guard: a later write in that tick would go unseen).
 * The cache is derived: each of its files carries a checksum, and a damaged one counts as absent.
 */
export interface StatCache {
  recallFile(path: string): Remembered | undefined;
  rememberFile(path: string, file: Remembered): void;
  recallFolder(key: string): KnownFolder | undefined;
  rememberFolder(key: string, folder: KnownFolder): void;
  /** Writes what changed. */
  save(): void;
}

/** Opens the cache that lies in `folder`; creates the folder on the first save. */
export const openStatCache = (folder: string): StatCache => {
  const small = openSmall(join(folder, 'small.json'));
  const large = openLarge(folder);
  return {
    recallFile: (path) => {
      const file = small.load().files.get(path);
      return isRemembered(file) ? file : undefined;
    },
    rememberFile: (path, file) => small.change().files.set(path, file),
    recallFolder: (key) => {
      const packed = small.load().folders.get(key);
      if (packed === undefined) return large.recall(key);
      return isDigest(packed?.digest) && isPackedTable(packed)
        ? { digest: packed.digest, table: unpackTable(packed) }
        : undefined;
    },
    rememberFolder: (key, { digest, table }) => {
      if (table.paths.length <= smallest) return void small.change().folders.set(key, { digest, ...packTable(table) });
      if (small.load().folders.has(key)) small.change().folders.delete(key);
      large.remember(key, { digest, table });
    },
    save: () => {
      small.save();
      large.save();
    },
  };
};

// Files and small folders share one cache file; a large folder has one of its own, so that a change rewrites only that.
const smallest = 64;

interface Small {
  readonly files: Map<string, Remembered>;
  readonly folders: Map<string, PackedTable & { readonly digest: Digest }>;
}

const openSmall = (file: string) => {
  let small: Small | undefined;
  let changed = false;
  const load = (): Small => {
    small ??= readSmall(file);
    return small;
  };
  const change = (): Small => {
    changed = true;
    return load();
  };
  const save = (): void => {
    if (changed) writeChecked(file, Buffer.from(JSON.stringify(mapsToObjects(load()))));
    changed = false;
  };
  return { load, change, save };
};

const readSmall = (file: string): Small => {
  const { files, folders } = Object(parse(readChecked(file)?.toString() ?? '{}')) as Partial<
    ReturnType<typeof mapsToObjects>
  >;
  // An older version wrote something else. What is in them is looked at when it is asked for.
  return { files: new Map(Object.entries(Object(files))), folders: new Map(Object.entries(Object(folders))) };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const mapsToObjects = ({ files, folders }: Small) => ({
  files: Object.fromEntries(files),
  folders: Object.fromEntries(folders),
});

const openLarge = (folder: string) => {
  const known = new Map<string, KnownFolder | undefined>();
  const changed = new Set<string>();
  const fileOf = (key: string) => join(folder, `${hexOf(digestOf(key)).slice(0, 16)}.table`);
  return {
    recall: (key: string): KnownFolder | undefined => {
      if (!known.has(key)) known.set(key, decodeTable(readChecked(fileOf(key))));
      return known.get(key);
    },
    remember: (key: string, value: KnownFolder): void => {
      known.set(key, value);
      changed.add(key);
    },
    save: (): void => {
      for (const key of changed) writeChecked(fileOf(key), encodeTable(known.get(key)!));
      changed.clear();
    },
  };
};
