import type { Examples } from '../data/examples.ts';

/**
 * Some of the examples, at even distances through all of them: the same ones each time, whatever the seed.
 *
 * @param most how many, at least 1.
 */
export const someOf = (examples: Examples, most: number): Examples => {
  const { rows } = examples;
  if (rows <= most) return examples;
  return rowsOf(
    examples,
    Int32Array.from({ length: most }, (_, at) => Math.floor((at * rows) / most)),
  );
};

/** These rows, in the order given. */
const rowsOf = (examples: Examples, rows: Int32Array): Examples => {
  const { features, target, ids, weights } = examples;
  const width = features.length / examples.rows;
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    taken.set(features.subarray(row * width, (row + 1) * width), at * width);
  });
  return {
    ...examples,
    rows: rows.length,
    ids: Array.from(rows, (row) => ids[row]!),
    features: taken,
    target: targetsOf(target, rows, target.length / examples.rows),
    ...(weights === undefined ? {} : { weights: Float32Array.from(rows, (row) => weights[row]!) }),
  };
};

/**
 * The targets of these rows, in the order given.
 *
 * @param width how many elements a row has.
 */
export const targetsOf = (target: Examples['target'], rows: Int32Array, width: number): Examples['target'] => {
  const size = rows.length * width;
  const taken = target instanceof Int32Array ? new Int32Array(size) : new Float32Array(size);
  rows.forEach((row, at) => {
    taken.set(target.subarray(row * width, (row + 1) * width), at * width);
  });
  return taken;
};
