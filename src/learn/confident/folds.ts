import { must } from '../matrix.ts';
import { shuffle, stream } from '../random.ts';

/**
 * Deals rows to folds so that each class is spread evenly: no two folds differ by more than a row in any class, nor in
 * size.
 *
 * @param targets class of each row, whole numbers from 0.
 * @param folds 2 or more.
 * @returns fold of each row, 0 to folds - 1.
 */
export const stratifiedFolds = (targets: ArrayLike<number>, folds: number, seed: number): Uint8Array => {
  must(Number.isInteger(folds) && folds >= 2 && folds <= 255, `folds must be 2 to 255, not ${folds}`);
  const random = stream(seed);
  const byClass = new Map<number, number[]>();
  for (let row = 0; row < targets.length; row += 1) {
    const rows = byClass.get(targets[row]!);
    if (rows === undefined) byClass.set(targets[row]!, [row]);
    else rows.push(row);
  }
  const assigned = new Uint8Array(targets.length);
  let next = 0;
  for (const [, rows] of [...byClass].sort(([a], [b]) => a - b)) {
    for (const row of shuffle(rows, random)) {
      assigned[row] = next;
      next = (next + 1) % folds;
    }
  }
  return assigned;
};

export interface Fold {
  /** Rows to fit on, ascending. */
  readonly fit: Uint32Array;
  /** Rows to predict, ascending. */
  readonly predict: Uint32Array;
}

/**
 * Probabilities of each row from a model that has not seen it.
 *
 * @param assigned fold of each row.
 * @param predictions fits on a fold's `fit` and gives [predict rows, classes].
 * @returns [rows, classes]
 */
export const outOfFold = (
  assigned: Uint8Array,
  classes: number,
  predictions: (fold: Fold) => Float64Array,
): Float64Array => {
  const probabilities = new Float64Array(assigned.length * classes);
  const rows = Uint32Array.from(assigned, (_, row) => row);
  for (const fold of [...new Set(assigned)].sort((a, b) => a - b)) {
    const predict = rows.filter((row) => assigned[row] === fold);
    const found = predictions({ fit: rows.filter((row) => assigned[row] !== fold), predict });
    must(found.length === predict.length * classes, `fold ${fold}: ${found.length} probabilities`);
    predict.forEach((row, at) => {
      probabilities.set(found.subarray(at * classes, (at + 1) * classes), row * classes);
    });
  }
  return probabilities;
};
