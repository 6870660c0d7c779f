import type { Stream } from '../../random.ts';

/** Rows of one class, and how new ones are made up between them. */
export interface Smote {
  /** rows × columns, row by row, without missing values. */
  readonly values: Float64Array;
  readonly columns: number;
  /** Neighbours that a row can be paired with. */
  readonly k: number;
}

/** A new row: `row` + `share` × (`neighbour` - `row`). */
export interface Pair {
  readonly row: number;
  readonly neighbour: number;
  /** 0 up to 1. */
  readonly share: number;
}

/**
 * Pairs for new rows of a class: the rows in turn, each with one of its nearest neighbours of the class by chance, and a
 * place between the two by chance. Distances are Euclidean over the columns as they are; of equally near rows the first
 * count.
 *
 * Of n rows, those that are given pairs are compared with all: n² × columns operations at most.
 *
 * @param count how many.
 * @see N. V. Chawla et al.: SMOTE: Synthetic Minority Over-sampling Technique, JAIR 16, 2002.
 */
export const smotePairs = (smote: Smote, count: number, random: Stream): Pair[] => {
  const rows = smote.values.length / smote.columns;
  const neighbours = new Map<number, readonly number[]>();
  return Array.from({ length: count }, (_, index) => {
    const row = index % rows;
    const near = neighbours.get(row) ?? nearest(smote, row);
    neighbours.set(row, near);
    return { row, neighbour: near[random.int(near.length)] as number, share: random.next() };
  });
};

const nearest = ({ values, columns, k }: Smote, row: number): readonly number[] => {
  const rows = values.length / columns;
  const distances = Float64Array.from({ length: rows }, (_, other) => squared(values, { columns, row, other }));
  const others = Int32Array.from({ length: rows - 1 }, (_, at) => (at < row ? at : at + 1));
  others.sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b);
  return [...others.subarray(0, k)];
};

const squared = (
  values: Float64Array,
  { columns, row, other }: { readonly columns: number; readonly row: number; readonly other: number },
): number => {
  let sum = 0;
  for (let at = 0; at < columns; at += 1) {
    const difference = (values[row * columns + at] as number) - (values[other * columns + at] as number);
    sum += difference * difference;
  }
  return sum;
};
