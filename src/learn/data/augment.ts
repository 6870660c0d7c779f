import type { AugmentPolicy } from '../../types/generated/dataset.ts';
import { type AlterRow, alterRow } from './augment/row.ts';
import type { Pool } from './augment/swap.ts';
import type { TensorData } from './safetensors.ts';

/** Where the rows of a batch come from. */
export interface AugmentedBatch {
  /** Shape of one row: [height, width, channels] for images, [steps, channels] for series, [k] for columns. */
  readonly shape: readonly number[];
  /** The rows' ids, in the order of the batch. */
  readonly ids: readonly string[];
  /** From 1. */
  readonly epoch: number;
  /** All rows of train as they are: for transforms that take values of other rows. */
  readonly pool?: Pool;
}

/**
 * Alters a batch in place, by all of the policy that does not mix rows (`mixture` does that).
 *
 * What happens to a row is decided by the policy's seed, the epoch and the row's id alone: not by the batch, the order
 * of its rows or the rows before it.
 *
 * @param features rows × product(shape), normalized; a copy, since it is overwritten.
 */
export const augmentBatch = (
  policy: AugmentPolicy,
  features: TensorData,
  { shape, ids, epoch, pool }: AugmentedBatch,
): void => {
  const size = shape.reduce((product, length) => product * length, 1);
  const alter: AlterRow = alterRow(policy, { shape, epoch, pool });
  ids.forEach((id, row) => {
    alter(features.subarray(row * size, (row + 1) * size), id);
  });
};
