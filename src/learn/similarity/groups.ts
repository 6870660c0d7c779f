/** Two rows, the lower number first, and how near they are; each search says in which measure. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  readonly measure: number;
}

/** By row and then by row. */
export const sortPairs = (pairs: readonly Pair[]): Pair[] =>
  pairs.toSorted((a, b) => a.first - b.first || a.second - b.second);

/**
 * The groups that pairs make: whoever is linked, over others too, is in one group. Rows without a pair are in none.
 * Ascending within a group, and groups by their first row.
 *
 * Union by size with path halving: almost linear.
 *
 * @param rows how many there are.
 * @see R. E. Tarjan: Efficiency of a Good But Not Linear Set Union Algorithm, J. ACM 22(2), 1975.
 */
export const groupsOfPairs = (
  pairs: Iterable<{ readonly first: number; readonly second: number }>,
  rows: number,
): number[][] => {
  const parents = Uint32Array.from({ length: rows }, (_, row) => row);
  const sizes = new Uint32Array(rows).fill(1);
  for (const { first, second } of pairs) unite(parents, sizes, [first, second]);
  const groups = new Map<number, number[]>();
  for (let row = 0; row < rows; row += 1) {
    const root = find(parents, row);
    if (sizes[root] === 1) continue;
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [row]);
    else group.push(row);
  }
  return [...groups.values()];
};

const find = (parents: Uint32Array, row: number): number => {
  let at = row;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]!]!;
    at = parents[at]!;
  }
  return at;
};

const unite = (parents: Uint32Array, sizes: Uint32Array, rows: readonly [number, number]): void => {
  const [a, b] = [find(parents, rows[0]), find(parents, rows[1])];
  if (a === b) return;
  const [large, small] = sizes[a]! >= sizes[b]! ? [a, b] : [b, a];
  parents[small] = large;
  sizes[large]! += sizes[small]!;
};
