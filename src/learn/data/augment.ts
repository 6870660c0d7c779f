import type { AugmentPolicy } from '../../types/generated/dataset.ts';
import { derive, stream } from '../random.ts';
import { flipRow } from './augment/flip.ts';
import { noiseRow } from './augment/noise.ts';
import { shiftRow } from './augment/shift.ts';
import type { TensorData } from './safetensors.ts';

/** Where the rows of a batch come from. */
export interface AugmentedBatch {
  /** Shape of one row: [height, width, channels] for images, [k] for columns. */
  readonly shape: readonly number[];
  /** The rows' ids, in the order of the batch. */
  readonly ids: readonly string[];
  /** From 1. */
  readonly epoch: number;
}

/**
 * Alters a batch in place: flip, then shift, then noise.
 *
 * What happens to a row is decided by the policy's seed, the epoch and the row's id alone: not by the batch, the order
 * of its rows or the rows before it.
 *
 * @param features rows × product(shape), normalized; a copy, since it is overwritten.
 */
export const augmentBatch = (
  policy: AugmentPolicy,
  features: TensorData,
  { shape, ids, epoch }: AugmentedBatch,
): void => {
  const size = shape.reduce((product, length) => product * length, 1);
  const spare = features.slice(0, size);
  const spared = new Set(policy.spared);
  ids.forEach((id, row) => {
    const values = features.subarray(row * size, (row + 1) * size);
    const random = stream(derive(policy.seed, epoch, id));
    const down = random.int(2 * policy.shift + 1) - policy.shift;
    const right = random.int(2 * policy.shift + 1) - policy.shift;
    const flips = random.int(2) === 1;
    if (policy.flip !== 'none' && flips) flipRow(values, { shape, axis: policy.flip });
    if (down !== 0 || right !== 0) shiftRow(values, { shape, down, right, fill: policy.fill, spare });
    if (policy.noise > 0) noiseRow(values, { sd: policy.noise, spared, random });
  });
};
