import { type Matrix, must, mustBeMatrix } from '../matrix.ts';
import { derive, type Stream, stream } from '../random.ts';

export interface IsolationForestOptions {
  readonly seed: number;
  /** 100 by default. */
  readonly trees?: number;
  /** Rows drawn, without replacement, for each tree: 256 by default, or all where there are fewer. */
  readonly sample?: number;
}

/** A node of a tree by its place; the root is 0. */
export interface IsolationTree {
  /** Column to ask; -1 at a leaf. */
  readonly columns: readonly number[];
  /** A value at or below goes left. 0 at a leaf. */
  readonly thresholds: readonly number[];
  /** Place of the left child; the right one stands at `rights`. */
  readonly lefts: readonly number[];
  readonly rights: readonly number[];
  /** How long a path that ends here counts; 0 at an inner node. */
  readonly lengths: readonly number[];
}

/** What was fitted on train: goes into JSON as it is. */
export interface IsolationForest {
  readonly columns: number;
  readonly sample: number;
  readonly trees: readonly IsolationTree[];
}

/**
 * Isolation forest: trees that ask random columns at random thresholds, until each row stands alone. Outliers soon do.
 * trees · sample · log(sample) steps, however many rows there are.
 *
 * @throws RangeError for fewer than 2 rows, or values that are not finite.
 * @see F. T. Liu, K. M. Ting, Z.-H. Zhou: Isolation Forest, ICDM 2008.
 */
export const fitIsolationForest = (
  train: Matrix,
  { seed, trees = 100, sample = 256 }: IsolationForestOptions,
): IsolationForest => {
  mustBeMatrix(train, 'train');
  must(train.rows >= 2 && train.columns >= 1, 'an isolation forest needs 2 rows, and a column');
  must(trees >= 1 && sample >= 2, `trees must be 1 or more and sample 2 or more, not ${trees} and ${sample}`);
  const size = Math.min(sample, train.rows);
  const rows = Uint32Array.from({ length: train.rows }, (_, row) => row);
  const grown = Array.from({ length: trees }, (_, tree) => {
    const random = stream(derive(seed, 'isolation-tree', tree));
    return grow(train, draw(rows, size, random), random);
  });
  return { columns: train.columns, sample: size, trees: grown };
};

/** Some rows without replacement; the order of `rows` changes, and is forgotten. */
const draw = (rows: Uint32Array, size: number, random: Stream): Uint32Array => {
  rows.sort();
  for (let at = 0; at < size; at += 1) {
    const other = at + random.int(rows.length - at);
    [rows[at], rows[other]] = [rows[other]!, rows[at]!];
  }
  return rows.slice(0, size);
};

interface Growing {
  readonly columns: number[];
  readonly thresholds: number[];
  readonly lefts: number[];
  readonly rights: number[];
  readonly lengths: number[];
}

const grow = (train: Matrix, rows: Uint32Array, random: Stream): IsolationTree => {
  const deepest = Math.ceil(Math.log2(rows.length));
  const tree: Growing = { columns: [], thresholds: [], lefts: [], rights: [], lengths: [] };
  const add = (of: Uint32Array, depth: number): number => {
    const place = tree.columns.length;
    const cut = depth < deepest && of.length > 1 ? cutOf(train, of, random) : null;
    tree.columns.push(cut?.column ?? -1);
    tree.thresholds.push(cut?.threshold ?? 0);
    tree.lengths.push(cut === null ? depth + meanPath(of.length) : 0);
    tree.lefts.push(0);
    tree.rights.push(0);
    if (cut === null) return place;
    const isLeft = (row: number): boolean => train.values[row * train.columns + cut.column]! <= cut.threshold;
    tree.lefts[place] = add(of.filter(isLeft), depth + 1);
    tree.rights[place] = add(
      of.filter((row) => !isLeft(row)),
      depth + 1,
    );
    return place;
  };
  add(rows, 0);
  return tree;
};

/** A random column of those that differ among the rows, and a threshold between its least and its greatest value. */
const cutOf = (
  { values, columns }: Matrix,
  rows: Uint32Array,
  random: Stream,
): { column: number; threshold: number } | null => {
  const order = Uint32Array.from({ length: columns }, (_, column) => column);
  for (let at = 0; at < columns; at += 1) {
    const other = at + random.int(columns - at);
    const column = order[other]!;
    order[other] = order[at]!;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of rows) {
      const value = values[row * columns + column]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low === high) continue;
    const threshold = low + random.next() * (high - low);
    // Rounding must not put all rows on one side.
    return { column, threshold: threshold < high ? threshold : low };
  }
  return null;
};

/** Mean length of a path of an unsuccessful search in a binary tree of n: c(n) = 2 H(n - 1) - 2 (n - 1) / n. */
const meanPath = (n: number): number => {
  if (n <= 1) return 0;
  let harmonic = 0;
  for (let k = 1; k < n; k += 1) harmonic += 1 / k;
  return 2 * harmonic - (2 * (n - 1)) / n;
};

/** Anomaly score of each row; see `isolationScorer`. */
export const isolationScores = (forest: IsolationForest, matrix: Matrix): Float64Array => {
  mustBeMatrix(matrix, 'rows to score');
  const { values, rows, columns } = matrix;
  must(columns === forest.columns, `${columns} columns; the forest was fitted on ${forest.columns}`);
  const score = isolationScorer(forest);
  return Float64Array.from({ length: rows }, (_, row) => score(values, row * columns));
};

/**
 * Scores the row that begins at a place of some finite numbers: 2^(-mean path / c(sample)): above 0, up to 1. Near 1 is an outlier; where all are about
 * 0.5 there are none.
 */
export const isolationScorer = (forest: IsolationForest): ((values: ArrayLike<number>, from?: number) => number) => {
  const unit = meanPath(forest.sample) * forest.trees.length;
  return (values, from = 0) => {
    let length = 0;
    for (const tree of forest.trees) {
      let place = 0;
      for (let column = tree.columns[0]!; column !== -1; column = tree.columns[place]!) {
        const isLeft = values[from + column]! <= tree.thresholds[place]!;
        place = (isLeft ? tree.lefts : tree.rights)[place]!;
      }
      length += tree.lengths[place]!;
    }
    return 2 ** (-length / unit);
  };
};
