import { mkdirSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { digestOf, hexOf } from './canonical.ts';
import { replaceFile } from './replace-file.ts';

/**
 * What a file looked like when it was hashed. Equal readings mean equal content; a mode bit proves nothing.
 * Times are in milliseconds with the fraction that the file system keeps (a double resolves 0.25 µs).
 */
export type Reading = readonly [device: number, inode: number, size: number, mtime: number, ctime: number];

export type Remembered = readonly [...Reading, hex: string];

/**
 * Digest of each file by (device, inode, size, mtime, ctime): a no-op asks for states and hashes nothing.
 *
 * Invariants: an entry is used only while all five readings are equal; a file that was written in the same tick of
 * the clock in which it was hashed is not remembered (git's guard: a later write in that tick would go unseen).
 * The cache is derived: each of its files carries a checksum, and a damaged one counts as absent.
 */
export interface StatCache {
  /** The remembered files of one root (a file, or a folder with its files by relative path). */
  recall(root: string): ReadonlyMap<string, Remembered> | undefined;
  remember(root: string, files: ReadonlyMap<string, Remembered>): void;
  forget(root: string): void;
  /** Writes what changed. */
  save(): void;
}

type Roots = Record<string, [string, Remembered][]>;

/** Opens the cache that lies in `folder`; creates the folder on the first save. */
export const openStatCache = (folder: string): StatCache => {
  const small = new SmallRoots(folder);
  const large = new Map<string, ReadonlyMap<string, Remembered> | undefined>();
  const dirty = new Set<string>();
  const recallLarge = (root: string) => {
    if (!large.has(root)) large.set(root, readLarge(folder, root));
    return large.get(root);
  };
  return {
    recall: (root) => small.get(root) ?? recallLarge(root),
    remember: (root, files) => {
      if (files.size <= smallest) return small.set(root, files);
      small.delete(root);
      large.set(root, files);
      dirty.add(root);
    },
    forget: (root) => {
      small.delete(root);
      large.delete(root);
    },
    save: () => {
      small.save();
      for (const root of dirty) writeChecked(largeFile(folder, root), [...large.get(root)!]);
      dirty.clear();
    },
  };
};

export const readingOf = (stat: Stats): Reading => [stat.dev, stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs];

export const sameReading = (a: Reading | Remembered, b: Reading): boolean =>
  a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4];

/** Whether a file was written so shortly before `now` (ms since 1970) that a further write might leave no trace. */
export const isRacy = (stat: Stats, now: number): boolean => Math.max(stat.mtimeMs, stat.ctimeMs) > now - tick;

// Kernels stamp files with a clock that moves every 1 to 10 ms; two seconds is FAT's, which few work on.
const tick = 20;

// Roots of few files share one cache file; a large folder has one of its own, so that a change rewrites only that.
const smallest = 64;

class SmallRoots {
  private readonly file: string;
  private roots: Map<string, Map<string, Remembered>> | undefined;
  private changed = false;

  constructor(folder: string) {
    this.file = join(folder, 'small.json');
  }

  private load(): Map<string, Map<string, Remembered>> {
    const read = () => Object.entries(readChecked<Roots>(this.file) ?? {});
    this.roots ??= new Map(read().map(([root, files]) => [root, new Map(files)]));
    return this.roots;
  }

  get(root: string) {
    return this.load().get(root);
  }

  set(root: string, files: ReadonlyMap<string, Remembered>) {
    this.load().set(root, new Map(files));
    this.changed = true;
  }

  delete(root: string) {
    if (this.load().delete(root)) this.changed = true;
  }

  save() {
    if (!this.changed) return;
    writeChecked(this.file, Object.fromEntries([...this.load()].map(([root, files]) => [root, [...files]])));
    this.changed = false;
  }
}

const largeFile = (folder: string, root: string): string => join(folder, `${hexOf(digestOf(root)).slice(0, 16)}.json`);

const readLarge = (folder: string, root: string): ReadonlyMap<string, Remembered> | undefined => {
  const files = readChecked<[string, Remembered][]>(largeFile(folder, root));
  return files && new Map(files);
};

/** The file's value; undefined where it is absent or its checksum does not hold. */
const readChecked = <Value>(file: string): Value | undefined => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  return end === 71 && text.slice(0, end) === digestOf(body) ? (JSON.parse(body) as Value) : undefined;
};

const writeChecked = (file: string, value: unknown): void => {
  const body = JSON.stringify(value);
  mkdirSync(join(file, '..'), { recursive: true });
  replaceFile(file, `${digestOf(body)}\n${body}`);
};
