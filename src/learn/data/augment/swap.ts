import type { Stream } from '../../random.ts';

/** All rows of train, unaltered: where a transform takes values of other rows from. */
export interface Pool {
  readonly rows: number;
  /** rows × product(shape), as the features of the batch. */
  readonly features: Float32Array;
}

export interface Swapping {
  /** Chance that a cell takes the value of another row, in [0, 1]. */
  readonly amount: number;
  readonly random: Stream;
  readonly pool: Pool;
  /** Columns that go together, as those of one category: each column is in one group. */
  readonly groups: readonly (readonly number[])[];
}

/**
 * Swap noise, in place: each cell takes, with the chance `amount`, the value that a row of train chosen at random has
 * in the same column. So every value is one that occurs, and the columns of one category change together.
 *
 * @see M. Jahrer: the winning solution of Porto Seguro's Safe Driver Prediction, Kaggle 2017.
 */
export const swapRow = (values: Float32Array, { amount, random, pool, groups }: Swapping): void => {
  for (const group of groups) {
    const swaps = random.next() < amount;
    const donor = random.int(pool.rows) * values.length;
    if (!swaps) continue;
    for (const column of group) values[column] = pool.features[donor + column]!;
  }
};
