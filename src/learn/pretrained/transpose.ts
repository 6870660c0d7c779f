import type { Tensor } from '../data/safetensors.ts';
import { sizeOf } from './weights.ts';

/**
 * A tensor with its axes in another order, as NumPy's transpose.
 *
 * @param axes the old axis of each new one.
 */
export const transpose = ({ shape, data }: Tensor, axes: readonly number[]): Tensor => {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sizes = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  const moved = new Float32Array(data.length);
  const at = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < moved.length; to += 1) {
    moved[to] = data[from]!;
    for (let axis = sizes.length - 1; axis >= 0; axis -= 1) {
      at[axis]! += 1;
      from += steps[axis]!;
      if (at[axis]! < sizes[axis]!) break;
      from -= at[axis]! * steps[axis]!;
      at[axis] = 0;
    }
  }
  return { shape: sizes, data: moved };
};

/** The same elements, in the same order, in another shape of equal size. */
export const reshape = ({ data }: Tensor, shape: readonly number[]): Tensor => ({ shape, data });
