import { type Matrix, must, mustBeMatrix } from '../matrix.ts';

export interface NeighbourClassifier {
  readonly points: Matrix;
  /** Class of each point, 0 to classes - 1. */
  readonly targets: ArrayLike<number>;
  readonly classes: number;
  /** Neighbours that vote: 1 or more, at most as many as points. */
  readonly neighbours: number;
}

/**
 * Class probabilities by the votes of the nearest points (Euclidean): [queries, classes]. A baseline without a fit.
 * To no class is 0 given: (votes + 1 / classes) / (neighbours + 1). Of equally near points those with the lower number
 * vote.
 *
 * Looks at all: queries · points · columns operations, about 10⁹ in a second or two. With many columns that are alike
 * (pixels), reduce them before. With few columns a k-d tree is faster.
 *
 * @see T. M. Cover, P. E. Hart: Nearest Neighbor Pattern Classification, IEEE Trans. Inf. Theory 13(1), 1967.
 */
export const neighbourProbabilities = (
  { points, targets, classes, neighbours }: NeighbourClassifier,
  queries: Matrix,
): Float64Array => {
  mustBeMatrix(points, 'points');
  mustBeMatrix(queries, 'queries');
  must(points.columns === queries.columns, `${queries.columns} columns; the points have ${points.columns}`);
  must(targets.length === points.rows, 'each point has one class');
  must(neighbours >= 1 && neighbours <= points.rows, `${neighbours} neighbours of ${points.rows} points`);
  const probabilities = new Float64Array(queries.rows * classes).fill(1 / classes / (neighbours + 1));
  const nearest = nearestPoints(points, queries, neighbours);
  nearest.forEach((point, at) => {
    probabilities[Math.floor(at / neighbours) * classes + targets[point]!]! += 1 / (neighbours + 1);
  });
  return probabilities;
};

/** The nearest points of each query, nearest first: [queries, neighbours]. */
export const nearestPoints = (points: Matrix, queries: Matrix, neighbours: number): Uint32Array => {
  const { values, rows, columns } = points;
  const found = new Uint32Array(queries.rows * neighbours);
  const distances = new Float64Array(neighbours);
  for (let query = 0; query < queries.rows; query += 1) {
    const place = queries.values.subarray(query * columns, (query + 1) * columns);
    const nearest = found.subarray(query * neighbours, (query + 1) * neighbours);
    distances.fill(Number.POSITIVE_INFINITY);
    let limit = Number.POSITIVE_INFINITY;
    for (let point = 0; point < rows; point += 1) {
      const squared = squaredDistance(values, point * columns, { place, limit });
      if (squared >= limit) continue;
      insert(distances, nearest, { squared, point });
      limit = distances[neighbours - 1]!;
    }
  }
  return found;
};

/** Gives up, with what it has, where it is above the limit. */
const squaredDistance = (
  values: Matrix['values'],
  from: number,
  { place, limit }: { place: Matrix['values']; limit: number },
): number => {
  let sum = 0;
  for (let start = 0; start < place.length && sum < limit; start += 16) {
    const end = Math.min(start + 16, place.length);
    for (let column = start; column < end; column += 1) {
      const difference = values[from + column]! - place[column]!;
      sum += difference * difference;
    }
  }
  return sum;
};

const insert = (
  distances: Float64Array,
  nearest: Uint32Array,
  { squared, point }: { squared: number; point: number },
): void => {
  let at = distances.length - 1;
  for (; at > 0 && distances[at - 1]! > squared; at -= 1) {
    distances[at] = distances[at - 1]!;
    nearest[at] = nearest[at - 1]!;
  }
  distances[at] = squared;
  nearest[at] = point;
};
