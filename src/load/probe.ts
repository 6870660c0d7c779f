import { readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, posix, relative, sep } from 'node:path';

/** Looks at the project's files; each is asked for once. */
export interface Probe {
  readonly root: string;
  /** Whether a path of the project is a file or a folder, or what else it is. */
  look(path: string): Look;
  /** Whether a word of a command is a regular file of the project: cheap for the many words that are none. */
  isProjectFile(word: string): boolean;
}

export type Look =
  | { readonly kind: 'file' | 'folder' }
  | { readonly kind: 'missing' }
  /** It is something else: a socket, a device, or not to be read. */
  | { readonly kind: 'other' }
  /** The path itself, or a symlink on it, leads out of the project to `target`. */
  | { readonly kind: 'outside'; readonly target: string };

export const createProbe = (root: string): Probe => {
  const looked = new Map<string, Look>();
  const realRoot = realpathSync.native(root);
  let top: ReadonlySet<string> | undefined;
  const look = (path: string): Look => {
    const known = looked.get(path);
    if (known !== undefined) return known;
    const seen = lookAt(root, realRoot, path);
    looked.set(path, seen);
    return seen;
  };
  const startsInRoot = (word: string): boolean => {
    const slash = word.indexOf('/');
    const first = slash === -1 ? word : word.slice(0, slash);
    top ??= new Set(['', '.', '..', ...namesIn(root)]);
    return top.has(fold(first));
  };
  const isProjectFile = (word: string): boolean => {
    const path = startsInRoot(word) ? projectPath(root, word) : undefined;
    return path !== undefined && !path.startsWith('artifacts/') && look(path).kind === 'file';
  };
  return { root, look, isProjectFile };
};

/** A path as the project names it (`data/x.csv`), or undefined if it leads out. Symlinks are not looked at. */
export const projectPath = (root: string, path: string): string | undefined => {
  if (isTidy(path)) return path;
  const bare = tidyPath(isAbsolute(path) ? relative(root, path).split(sep).join('/') : path);
  return bare === '..' || bare.startsWith('../') || isAbsolute(bare) ? undefined : bare;
};

/** A path without `.`, `..` and doubled or trailing slashes, as far as it can do without them. */
export const tidyPath = (path: string): string =>
  isTidy(path) ? path : posix.normalize(path).replace(/(?<=.)\/$/, '');

/** Most paths are tidy from the start. */
const isTidy = (path: string): boolean => /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(path);

/** Whether a path leads to something inside a folder, and not to the folder itself or out of it. */
export const isInnerPath = (path: string): boolean =>
  isTidy(path) || !/^(?:\.|\.\.|\.\.\/.*|\/.*)$/s.test(posix.normalize(path).replace(/\/$/, '') || '.');

const lookAt = (root: string, realRoot: string, path: string): Look => {
  const inside = projectPath(root, path);
  if (inside === undefined) return { kind: 'outside', target: path };
  try {
    return lookInside(realRoot, join(root, inside));
  } catch {
    return { kind: 'missing' };
  }
};

/** Compares real paths, so that a symlink cannot lead out, and a project that itself stands behind one is no stranger. */
export const lookInside = (realRoot: string, path: string): Look => {
  const real = realpathSync.native(path);
  if (real !== realRoot && !real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
    return { kind: 'outside', target: real };
  }
  const stat = statSync(real);
  return { kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other' };
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).map(fold);
  } catch {
    return [];
  }
};

/** Whether two paths are one, or one lies in the other; also where only some file systems take them for one. */
export const areNested = (a: string, b: string): boolean => {
  const [first, second] = [`${fold(a)}/`, `${fold(b)}/`];
  return first.startsWith(second) || second.startsWith(first);
};

/** Some file systems take `A` for `a`, and decomposed letters for composed ones. */
export const fold = (name: string): string => name.normalize('NFC').toLowerCase();
