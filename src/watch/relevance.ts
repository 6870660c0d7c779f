import { dirname } from 'node:path';
import type { Change } from './changes.ts';
import type { Interest } from './interests.ts';

/** Which changes matter, and to whom. Paths are absolute. */
export interface Relevance {
  /** The interests that a change at a path touches; none for what does not matter. */
  readonly touched: (path: string) => readonly Interest[];
  /** As `touched`, for a folder that is watched from now on: what lies in it may have come before. */
  readonly entered: (folder: string) => readonly Interest[];
  /** Whether a folder has to be watched. */
  readonly isWatched: (folder: string) => boolean;
  /** Whether the files of a folder are inputs. */
  readonly holdsInputs: (folder: string) => boolean;
  /** All interests, in no particular order. */
  readonly interests: readonly Interest[];
}

/** Puts interests in order, so that each change is a few look-ups however many there are. */
export const relevanceOf = (interests: readonly Interest[]): Relevance => {
  const byPath = new Map<string, Interest[]>();
  const above = new Set<string>();
  for (const interest of interests) {
    const known = byPath.get(interest.path);
    if (known === undefined) byPath.set(interest.path, [interest]);
    else known.push(interest);
    for (const folder of foldersAbove(interest.path)) above.add(folder);
  }
  const holding = (path: string): Interest[] =>
    foldersAbove(path).flatMap((folder) => (byPath.get(folder) ?? []).filter((interest) => holds(interest, path)));
  const reaching = (folder: string): Interest[] => [
    ...(byPath.get(folder) ?? []).filter(({ below }) => below !== false),
    ...foldersAbove(folder).flatMap((each) => (byPath.get(each) ?? []).filter((interest) => reaches(interest, folder))),
  ];
  // A folder above that comes, goes or is renamed takes along what is in it.
  const within = (path: string): Interest[] =>
    above.has(path) ? interests.filter((interest) => interest.path.startsWith(`${path}/`)) : [];
  return {
    interests,
    touched: (path) => [...(byPath.get(path) ?? []), ...holding(path), ...within(path)],
    entered: (folder) => [...reaching(folder), ...within(folder)],
    holdsInputs: (folder) => reaching(folder).some(({ kind }) => kind === 'input'),
    isWatched: (folder) => above.has(folder) || reaching(folder).length > 0,
  };
};

/** Two stages that write may change the same input for ever: it causes so many runs in a row. */
const patience = 2;

/** How the machine counts a change. `rename`: something came, went or was replaced, as far as is known. */
export const changeOf = (
  path: string,
  touched: readonly Interest[],
  seen: { readonly how: 'change' | 'rename'; readonly during: readonly string[] },
): Change => {
  const inputs = touched.filter(({ kind }) => kind === 'input');
  // Stages seldom write pipelines and code, and people do so again and again while something runs.
  if (inputs.length === 0) return { path, group: path, patience: Number.POSITIVE_INFINITY, during: seen.during };
  // A stage may give each file that it puts into a folder a new name.
  const folder = seen.how === 'rename' ? inputs.find((interest) => interest.path !== path)?.path : undefined;
  return { path, group: folder ?? path, patience, during: seen.during };
};

const holds = ({ path, below }: Interest, inner: string): boolean =>
  typeof below === 'boolean' ? below : below.covers(inner.slice(path.length + 1));

const reaches = ({ path, below }: Interest, folder: string): boolean =>
  typeof below === 'boolean' ? below : below.reaches(folder.slice(path.length + 1));

/** From the nearest up, without the root. */
const foldersAbove = (path: string): string[] => {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) folders.push(folder);
  return folders;
};
