import type { TensorData } from '../safetensors.ts';

/** How far an image moves, in pixels. */
export interface Shift {
  /** [height, width, channels] */
  readonly shape: readonly number[];
  readonly down: number;
  readonly right: number;
  /** Value of the pixels that are laid bare. */
  readonly fill: number;
  /** A buffer as long as the image, whose content does not matter. */
  readonly spare: TensorData;
}

/** Moves an image in place; what leaves it is lost. */
export const shiftRow = (values: TensorData, { shape, down, right, fill, spare }: Shift): void => {
  const [height, width, channels] = shape as [number, number, number];
  const stride = width * channels;
  const move = right * channels;
  const [first, end] = [Math.max(0, move), Math.min(stride, stride + move)];
  spare.set(values);
  values.fill(fill);
  for (let y = Math.max(0, down); y < Math.min(height, height + down); y += 1) {
    const to = y * stride;
    const from = (y - down) * stride - move;
    values.set(spare.subarray(from + first, from + end), to + first);
  }
};
