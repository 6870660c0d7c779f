import { StageError } from '../error.ts';
import { shuffle, stream } from '../random.ts';

/**
 * Mean Euclidean distance between two rows of the same group, over all pairs of a group and then over the groups that
 * have a pair.
 *
 * @param values [rows, width]
 * @param groups of each row, [rows]
 * @returns at least 0; 0 where no group has a pair.
 */
export const meanDistance = (values: Float32Array, groups: ArrayLike<number>): number => {
  const width = values.length / groups.length;
  const means = [...rowsByGroup(groups).values()].filter((rows) => rows.length > 1).map((rows) => meanOf(rows, (a, b) => distance(values, [a * width, b * width], width))); // biome-ignore format: one line
  return means.reduce((sum, mean) => sum + mean, 0) / Math.max(1, means.length);
};

const rowsByGroup = (groups: ArrayLike<number>): ReadonlyMap<number, readonly number[]> => {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < groups.length; row += 1) {
    const group = rows.get(groups[row]!) ?? [];
    rows.set(groups[row]!, group);
    group.push(row);
  }
  return rows;
};

const meanOf = (rows: readonly number[], of: (a: number, b: number) => number): number => {
  let sum = 0;
  for (let a = 0; a < rows.length; a += 1) for (let b = a + 1; b < rows.length; b += 1) sum += of(rows[a]!, rows[b]!);
  return sum / ((rows.length * (rows.length - 1)) / 2);
};

const distance = (values: Float32Array, [a, b]: readonly [number, number], width: number): number => {
  let sum = 0;
  for (let at = 0; at < width; at += 1) sum += (values[a + at]! - values[b + at]!) ** 2;
  return Math.sqrt(sum);
};

/** Rows that stand for a data set, and how far they lie apart. */
export interface Yardstick {
  /** Group of each, [rows]: as many are drawn of each. */
  readonly groups: Int32Array;
  /** Mean distance between two of a group, above 0. */
  readonly distance: number;
}

/**
 * Some real rows, drawn at random: of each group alike where it has so many.
 *
 * @param groups of each row, [rows]: classes, or all 0.
 * @throws StageError where they do not differ.
 */
export const yardstickOf = (values: Float32Array, groups: ArrayLike<number>, seed: number): Yardstick => {
  const width = values.length / groups.length;
  const byGroup = rowsByGroup(shuffledGroups(groups, seed));
  const each = Math.max(2, Math.ceil(enough / byGroup.size));
  const order = shuffledRows(groups.length, seed);
  const chosen = [...byGroup.keys()]
    .sort((a, b) => a - b)
    .flatMap((group) => byGroup.get(group)!.slice(0, each))
    .map((place) => order[place]!);
  const some = new Float32Array(chosen.length * width);
  chosen.forEach((row, at) => {
    some.set(values.subarray(row * width, (row + 1) * width), at * width);
  });
  const ofChosen = Int32Array.from(chosen, (row) => groups[row]!);
  const apart = meanDistance(some, ofChosen);
  if (apart > 0) return { groups: ofChosen, distance: apart };
  throw new StageError('the images of dep train do not differ from each other: there is nothing to learn');
};

/** Rows that are compared pair by pair, about. */
const enough = 128;

const shuffledRows = (rows: number, seed: number): Int32Array =>
  shuffle(
    Int32Array.from({ length: rows }, (_, row) => row),
    stream(seed),
  );

const shuffledGroups = (groups: ArrayLike<number>, seed: number): Int32Array =>
  shuffledRows(groups.length, seed).map((row) => groups[row]!);
