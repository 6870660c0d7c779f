import type { ManifestEntry } from './manifest.ts';

/** One file of a folder that is not as a manifest says. Hex is the SHA-256 of its content. */
export type FileDifference =
  | { readonly kind: 'changed'; readonly path: string; readonly expected: string; readonly found: string }
  | { readonly kind: 'missing'; readonly path: string; readonly expected: string }
  | { readonly kind: 'extra'; readonly path: string; readonly found: string };

/** What differs between the files that a manifest names and those that are there, sorted by path. */
export const manifestDifferences = (
  recorded: readonly ManifestEntry[],
  present: readonly ManifestEntry[],
): FileDifference[] => {
  const found = new Map(present.map(({ path, hex }) => [path, hex]));
  const expected = new Set(recorded.map(({ path }) => path));
  const differences = [
    ...recorded.flatMap(({ path, hex }) => compare(path, hex, found.get(path))),
    ...present.flatMap(({ path, hex }): FileDifference[] =>
      expected.has(path) ? [] : [{ kind: 'extra', path, found: hex }],
    ),
  ];
  return differences.sort((a, b) => (a.path < b.path ? -1 : 1));
};

const compare = (path: string, expected: string, found: string | undefined): FileDifference[] => {
  if (found === undefined) return [{ kind: 'missing', path, expected }];
  return found === expected ? [] : [{ kind: 'changed', path, expected, found }];
};
