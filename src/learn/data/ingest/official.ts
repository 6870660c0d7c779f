import type { Official } from '../rows.ts';

/**
 * The splits that a source has itself, told by the paths of its files: all of them lie in folders named train and test, or,
 * where files are tables, have names that begin so, as train.csv and test-00000-of-00002.parquet. A third may be validation
 * (also valid, val or dev). One file of another name, and none of them is a split.
 *
 * @param paths relative to the source's folder, with slashes.
 * @returns the split of each path; null where the source has no splits itself.
 */
export const officialBy = (how: 'folder' | 'name', paths: readonly string[]): ((path: string) => Official) | null => {
  const found = new Map(paths.map((path) => [path, splitOf(path, how)]));
  const splits = new Set(found.values());
  if (splits.has(null) || !splits.has('train') || !splits.has('test')) return null;
  return (path) => found.get(path) as Official;
};

const splitOf = (path: string, how: 'folder' | 'name'): Official | null => {
  const name = (how === 'folder' ? /^(\w+)\// : /^([a-z]+)(?=[/._-])/).exec(path)?.[1];
  if (name === 'train' || name === 'test') return name;
  return ['validation', 'valid', 'val', 'dev'].includes(name ?? '') ? 'validation' : null;
};
