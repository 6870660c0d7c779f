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
  /** The points in that order, side by side. */
  readonly ordered: Float64Array;
  /** Column that the range with this middle is halved by. */
  readonly axes: Uint32Array;
}

const leaf = 16;

/** Builds in n log² n steps; searches are fast where there are few columns (about 20 or fewer). */
export const kdTree = (points: Matrix): KdTree => {
  mustBeMatrix(points, 'points');
  const order = Uint32Array.from({ length: points.rows }, (_, row) => row);
  const ordered = new Float64Array(points.values.length);
  const tree = { points, order, ordered, axes: new Uint32Array(points.rows) };
  halve(tree, 0, points.rows);
  const { values, columns } = points;
  order.forEach((row, at) => void ordered.set(values.subarray(row * columns, (row + 1) * columns), at * columns));
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

interface Search {
  /** Squared Euclidean distance up to which rows are visited, at first. */
  readonly limit: number;
  /** Gives the limit from now on: it may fall while the search goes on. */
  readonly visit: (row: number, squared: number) => number;
}

/**
 * Visits rows near a point. A part of the tree is passed by where the point's distance to its box, known column by
 * column from the way down, is above the limit.
 *
 * @see S. Arya, D. M. Mount: Algorithms for Fast Vector Quantization, DCC 1993 (the distance from the way).
 */
const search = (
  { points, order, ordered, axes }: KdTree,
  point: Float64Array,
  { limit: first, visit }: Search,
): void => {
  const { rows, columns } = points;
  const offsets = new Float64Array(columns);
  let limit = first;
  const meet = (at: number): void => {
    const from = at * columns;
    let squared = 0;
    for (let column = 0; column < columns; column += 1) {
      const difference = ordered[from + column]! - point[column]!;
      squared += difference * difference;
    }
    if (squared <= limit) limit = visit(order[at]!, squared);
  };
  const walk = (from: number, to: number, reach: number): void => {
    // Sums of rounded numbers: a row just at the limit must not be lost.
    if (reach * (1 - 1e-9) > limit) return;
    if (to - from <= leaf) {
      for (let at = from; at < to; at += 1) meet(at);
      return;
    }
    const middle = (from + to) >>> 1;
    const axis = axes[middle]!;
    const beyond = point[axis]! - ordered[middle * columns + axis]!;
    const before = offsets[axis]!;
    if (beyond <= 0) walk(from, middle, reach);
    else walk(middle + 1, to, reach);
    meet(middle);
    offsets[axis] = beyond;
    const farther = reach - before * before + beyond * beyond;
    if (beyond <= 0) walk(middle + 1, to, farther);
    else walk(from, middle, farther);
    offsets[axis] = before;
  };
  walk(0, rows, 0);
};

/** Visits the rows within a distance of a point, in an order that the tree decides. */
export const rowsWithin = (
  tree: KdTree,
  point: Float64Array,
  { radius, visit }: { readonly radius: number; readonly visit: (row: number, distance: number) => void },
): void => {
  const limit = radius * radius;
  search(tree, point, {
    limit,
    visit: (row, squared) => {
      visit(row, Math.sqrt(squared));
      return limit;
    },
  });
};

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
  const limit = () => (best.length < k ? Number.POSITIVE_INFINITY : best[k - 1]!.squared);
  search(tree, point, {
    limit: Number.POSITIVE_INFINITY,
    visit: (row, squared) => {
      if (row === except) return limit();
      let place = best.length;
      while (place > 0 && isNearer({ row, squared }, best[place - 1]!)) place -= 1;
      best.splice(place, 0, { row, squared });
      if (best.length > k) best.pop();
      return limit();
    },
  });
  return best.map(({ row, squared }) => ({ row, distance: Math.sqrt(squared) }));
};

const isNearer = (a: { row: number; squared: number }, b: { row: number; squared: number }): boolean =>
  a.squared < b.squared || (a.squared === b.squared && a.row < b.row);
