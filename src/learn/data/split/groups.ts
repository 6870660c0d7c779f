import type { Dataset } from '../dataset.ts';
import { quoted } from '../duckdb.ts';
import { wordOfText } from '../row-keys.ts';
import { readPlaced } from './placed.ts';

/**
 * Unites rows that a table puts into one group: they get one key, and so do all rows that had a key with one of them.
 * A group whose rows are in other groups too is one with those.
 *
 * @param keys of each row; changed in place.
 * @param path a table with the columns id and group; rows that it does not name keep their keys.
 */
export const uniteGroups = async (
  dataset: Dataset,
  keys: Float64Array,
  { path, seed }: { path: string; seed: number },
): Promise<void> => {
  const parents = new Map<number, number>();
  const expression = wordOfText(`${quoted(`${seed}:`)} || "group"::VARCHAR`);
  const edges = new Map<number, Set<number>>();
  await readPlaced(dataset, { path, dep: 'groups', column: 'group', expression, all: false }, (row, value) => {
    const group = groupKey(value as bigint);
    const key = keys[row] as number;
    const known = edges.get(key);
    if (known === undefined) edges.set(key, new Set([group]));
    else known.add(group);
  });
  for (const groups of edges.values()) {
    const [first, ...others] = groups;
    for (const other of others) unite(parents, first as number, other);
  }
  for (let row = 0; row < keys.length; row += 1) {
    const [group] = edges.get(keys[row] as number) ?? [];
    if (group !== undefined) keys[row] = rootOf(parents, group);
  }
};

/** 53 bits of a hash, as a key in [0, 1). */
const groupKey = (hash: bigint): number => Number(hash >> 11n) * 2 ** -53;

const rootOf = (parents: Map<number, number>, node: number): number => {
  let at = node;
  for (let above = parents.get(at); above !== undefined; above = parents.get(at)) at = above;
  return at;
};

/** The lower key stands for both, so that the order in which they were met decides nothing. */
const unite = (parents: Map<number, number>, one: number, other: number): void => {
  const [a, b] = [rootOf(parents, one), rootOf(parents, other)];
  if (a !== b) parents.set(Math.max(a, b), Math.min(a, b));
};
