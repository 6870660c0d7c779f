import { type Matrix, must, mustBeMatrix } from '../matrix.ts';
import { kdTree, type Neighbour, nearestRows } from '../similarity/kd-tree.ts';

/** What was fitted on train: goes into JSON as it is. It holds train's rows. */
export interface NeighbourDistance {
  readonly neighbours: number;
  readonly columns: number;
  readonly means: readonly number[];
  /** Standard deviations of the population; 1 for a constant column. */
  readonly scales: readonly number[];
  /** [rows, columns], standardized. */
  readonly points: readonly number[];
}

/**
 * Keeps train, standardized: a row far from its nearest rows of train is an outlier.
 *
 * @param neighbours 1 or more, fewer than rows.
 * @throws RangeError for too few rows, or values that are not finite.
 * @see S. Ramaswamy, R. Rastogi, K. Shim: Efficient Algorithms for Mining Outliers from Large Data Sets, SIGMOD 2000.
 */
export const fitNeighbourDistance = (train: Matrix, neighbours: number): NeighbourDistance => {
  mustBeMatrix(train, 'train');
  const { values, rows, columns } = train;
  must(neighbours >= 1 && neighbours < rows, `${neighbours} neighbours among ${rows} rows`);
  const means = new Float64Array(columns);
  const scales = new Float64Array(columns);
  for (let column = 0; column < columns; column += 1) {
    const of = Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]!);
    means[column] = of.reduce((sum, value) => sum + value, 0) / rows;
    const variance = of.reduce((sum, value) => sum + (value - means[column]!) ** 2, 0) / rows;
    scales[column] = of.every((value) => value === of[0]) ? 1 : Math.sqrt(variance);
  }
  const points = Array.from(values, (value, at) => (value - means[at % columns]!) / scales[at % columns]!);
  return { neighbours, columns, means: [...means], scales: [...scales], points };
};

/** Whether the rows to score are train's own, in its order: then a row is no neighbour of itself. */
export type Scored = 'train' | 'others';

/**
 * Distance of each row to its k-th nearest row of train, in standard deviations: √(mean over columns of squares).
 * A k-d tree finds them: fast for about 20 columns or fewer.
 */
export const neighbourDistances = (state: NeighbourDistance, matrix: Matrix, scored: Scored): Float64Array => {
  mustBeMatrix(matrix, 'rows to score');
  const { neighbours, columns } = state;
  must(matrix.columns === columns, `${matrix.columns} columns; fitted on ${columns}`);
  const { rows, nearest, distance } = searchIn(state);
  must(scored === 'others' || matrix.rows === rows, `train has ${rows} rows, not ${matrix.rows}`);
  return Float64Array.from({ length: matrix.rows }, (_, row) =>
    distance(nearest(matrix.values, row * columns, neighbours, scored === 'train' ? row : -1).at(-1)!),
  );
};

/**
 * Scores the row that begins at a place of some finite numbers, by its values alone, whether it is one of train's or not:
 * of the rows of train that equal it, one counts as the row itself, and is left out.
 */
export const neighbourScorer = (state: NeighbourDistance): ((values: ArrayLike<number>, from?: number) => number) => {
  const { nearest, distance } = searchIn(state);
  const { neighbours } = state;
  return (values, from = 0) => {
    const found = nearest(values, from, neighbours + 1);
    return distance(found[found[0]!.distance === 0 ? neighbours : neighbours - 1]!);
  };
};

const searchIn = ({ columns, means, scales, points }: NeighbourDistance) => {
  const rows = points.length / columns;
  const tree = kdTree({ values: Float64Array.from(points), rows, columns });
  return {
    rows,
    nearest: (values: ArrayLike<number>, from: number, count: number, except = -1): Neighbour[] => {
      const point = Float64Array.from(means, (mean, at) => (values[from + at]! - mean) / scales[at]!);
      return nearestRows(tree, point, count, except);
    },
    distance: ({ distance }: Neighbour): number => distance / Math.sqrt(columns),
  };
};
