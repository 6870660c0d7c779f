import type { TensorData } from '../safetensors.ts';

/** Which way an image is mirrored: "horizontal" changes left and right, "vertical" top and bottom. */
export interface Flip {
  /** [height, width, channels] */
  readonly shape: readonly number[];
  readonly axis: 'horizontal' | 'vertical';
}

/** Mirrors an image in place. */
export const flipRow = (values: TensorData, { shape, axis }: Flip): void => {
  const [height, width, channels] = shape as [number, number, number];
  if (axis === 'vertical') {
    reverse(values, { size: width * channels, count: height });
    return;
  }
  for (let y = 0; y < height; y += 1) {
    reverse(values.subarray(y * width * channels, (y + 1) * width * channels), { size: channels, count: width });
  }
};

/** Reverses the order of `count` blocks of `size` elements. */
const reverse = (values: TensorData, { size, count }: { size: number; count: number }): void => {
  for (let low = 0, high = count - 1; low < high; low += 1, high -= 1) {
    for (let at = 0; at < size; at += 1) {
      const kept = values[low * size + at] as number;
      values[low * size + at] = values[high * size + at] as number;
      values[high * size + at] = kept;
    }
  }
};
