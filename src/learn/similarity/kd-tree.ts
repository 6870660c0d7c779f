import { type Matrix, must, mustBeMatrix } from '../matrix.ts';

/**
 * A k-d tree over rows of numbers. A node is a range of `order`; its children are the halves around its middle.
 * A range of up to 16 rows is a leaf.
 *
 * @see J. L. Bentley: Multidimensional Binary Search Trees Used for Associative Searching, CACM 18(9), 1975.
 */
export interface KdTree {
  readonly points: Matrix;
  readonly order: Uint32Array;
  /** Column that the range with this middle is halved by. */
  readonly axes: Uint32Array;
}

const leaf = 16;

/** Builds in n log² n steps; searches are fast where there are few columns (about 20 or fewer). */
export const kdTree = (points: Matrix): KdTree => {
  mustBeMatrix(points, 'points');
  const order = Uint32Array.from({ length: points.rows }, (_, row) => row);
  const tree = { points, order, axes: new Uint32Array(points.rows) };
  halve(tree, 0, points.rows);
  return tree;
};

const halve = (tree: KdTree, from: number, to: number): void => {
  if (to - from <= leaf) return;
  const { values, columns } = tree.points;
  const axis = widestColumn(tree, from, to);
  const middle = (from + to) >>> 1;
  tree.order.subarray(from, to).sort((a, b) => values[a * columns + axis]! - values[b * columns + axis]! || a - b);
  tree.axes[middle] = axis;
  halve(tree, from, middle);
  halve(tree, middle + 1, to);
};

const widestColumn = ({ points: { values, columns }, order }: KdTree, from: number, to: number): number => {
  let [widest, axis] = [-1, 0];
  for (let column = 0; column < columns; column += 1) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = from; at < to; at += 1) {
      const value = values[order[at]! * columns + column]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > widest) [widest, axis] = [high - low, column];
  }
  return axis;
};

/**
 * Visits the rows whose squared Euclidean distance to a point is at most `limit`.
 *
 * @param limit asked again after each visit: it may fall while the search goes on.
 */
const search = (
  tree: KdTree,
  point: Float64Array,
  { limit, visit }: { limit: () => number; visit: (row: number, squared: number) => void },
): void => {
  const { values, columns } = tree.points;
  const meet = (row: number): void => {
    let squared = 0;
    for (let column = 0; column < columns; column += 1) {
      squared += (values[row * columns + column]! - point[column]!) ** 2;
    }
    if (squared <= limit()) visit(row, squared);
  };
  const walk = (from: number, to: number): void => {
    if (to - from <= leaf) {
      for (let at = from; at < to; at += 1) meet(tree.order[at]!);
      return;
    }
    const middle = (from + to) >>> 1;
    const axis = tree.axes[middle]!;
    const beyond = point[axis]! - values[tree.order[middle]! * columns + axis]!;
    if (beyond <= 0) walk(from, middle);
    else walk(middle + 1, to);
    meet(tree.order[middle]!);
    if (beyond * beyond > limit()) return;
    if (beyond <= 0) walk(middle + 1, to);
    else walk(from, middle);
  };
  walk(0, tree.points.rows);
};

/** Visits the rows within a distance of a point, in an order that the tree decides. */
export const rowsWithin = (
  tree: KdTree,
  point: Float64Array,
  { radius, visit }: { readonly radius: number; readonly visit: (row: number, distance: number) => void },
): void =>
  search(tree, point, { limit: () => radius * radius, visit: (row, squared) => visit(row, Math.sqrt(squared)) });

export interface Neighbour {
  readonly row: number;
  /** Euclidean. */
  readonly distance: number;
}

/**
 * The k nearest rows to a point, nearest first; of equally near ones those with the lower number.
 *
 * @param except a row that does not count: the point itself.
 */
export const nearestRows = (tree: KdTree, point: Float64Array, k: number, except = -1): Neighbour[] => {
  must(Number.isInteger(k) && k >= 1, `neighbours must be 1 or more, not ${k}`);
  const best: { row: number; squared: number }[] = [];
  search(tree, point, {
    limit: () => (best.length < k ? Number.POSITIVE_INFINITY : best[k - 1]!.squared),
    visit: (row, squared) => {
      if (row === except) return;
      let place = best.length;
      while (place > 0 && isNearer({ row, squared }, best[place - 1]!)) place -= 1;
      best.splice(place, 0, { row, squared });
      if (best.length > k) best.pop();
    },
  });
  return best.map(({ row, squared }) => ({ row, distance: Math.sqrt(squared) }));
};

const isNearer = (a: { row: number; squared: number }, b: { row: number; squared: number }): boolean =>
  a.squared < b.squared || (a.squared === b.squared && a.row < b.row);
