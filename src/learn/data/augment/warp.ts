import type { TensorData } from '../safetensors.ts';
import type { Affine } from './affine.ts';
import type { Fill } from './amounts.ts';

export interface Warp {
  /** [height, width, channels] */
  readonly shape: readonly number[];
  /** From a pixel of the result to its place in the image. */
  readonly back: Affine;
  readonly fill: Fill;
  /** What lies outside of an image, where `fill` is "zero". */
  readonly outside: number;
  /** A buffer as long as the image, whose content does not matter. */
  readonly spare: TensorData;
}

/**
 * Warps an image in place: v'(p) = v(A·p), where a place between pixels has the bilinear mean of the four around it.
 *
 * v(x, y) = (1 − s)(1 − t) v₀₀ + s (1 − t) v₁₀ + (1 − s) t v₀₁ + s t v₁₁, for the fractions s, t of x, y. A place within
 * 1e-6 of a pixel is that pixel, so that shifts by whole pixels, mirrors and right angles lose nothing.
 *
 * @see G. Wolberg: Digital Image Warping, IEEE Computer Society Press 1990 (inverse mapping).
 */
export const warpRow = (values: TensorData, warp: Warp): void => {
  const [height, width, channels] = warp.shape as [number, number, number];
  const { spare } = warp;
  const [a, b, c, d, e, f] = warp.back;
  const [midX, midY] = [(width - 1) / 2, (height - 1) / 2];
  spare.set(values);
  let to = 0;
  for (let row = 0; row < height; row += 1) {
    const alongX = b * (row - midY) + c + midX;
    const alongY = e * (row - midY) + f + midY;
    for (let column = 0; column < width; column += 1, to += channels) {
      const x = a * (column - midX) + alongX;
      const y = d * (column - midX) + alongY;
      const left = Math.floor(x + near);
      const top = Math.floor(y + near);
      const s = x - left < near ? 0 : x - left;
      const t = y - top < near ? 0 : y - top;
      if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) {
        border(values, { at: to, left, top, s, t, warp });
        continue;
      }
      const from = (top * width + left) * channels;
      const below = from + width * channels;
      const w00 = (1 - s) * (1 - t);
      const w10 = s * (1 - t);
      const w01 = (1 - s) * t;
      const w11 = s * t;
      for (let channel = 0; channel < channels; channel += 1) {
        const at = from + channel;
        const under = below + channel;
        values[to + channel] =
          w00 * spare[at]! + w10 * spare[at + channels]! + w01 * spare[under]! + w11 * spare[under + channels]!;
      }
    }
  }
};

const near = 1e-6;

interface Border {
  readonly at: number;
  readonly left: number;
  readonly top: number;
  readonly s: number;
  readonly t: number;
  readonly warp: Warp;
}

/** A pixel of which some neighbour lies outside. */
const border = (values: TensorData, { at, left, top, s, t, warp }: Border): void => {
  const [height, width, channels] = warp.shape as [number, number, number];
  if (warp.fill === 'zero' && (left < -1 || top < -1 || left >= width || top >= height)) {
    values.fill(warp.outside, at, at + channels);
    return;
  }
  for (let channel = 0; channel < channels; channel += 1) {
    const up = mix(valueAt(warp, left, top, channel), s, () => valueAt(warp, left + 1, top, channel));
    values[at + channel] = mix(up, t, () =>
      mix(valueAt(warp, left, top + 1, channel), s, () => valueAt(warp, left + 1, top + 1, channel)),
    );
  }
};

const mix = (here: number, share: number, there: () => number): number =>
  share === 0 ? here : (1 - share) * here + share * there();

const valueAt = ({ shape, fill, outside, spare }: Warp, x: number, y: number, channel: number): number => {
  const [height, width, channels] = shape as [number, number, number];
  if (fill === 'zero' && (x < 0 || y < 0 || x >= width || y >= height)) return outside;
  return spare[(placeIn(y, height, fill) * width + placeIn(x, width, fill)) * channels + channel]!;
};

/** The pixel that stands for one outside: the nearest, or its mirror image in the border pixel: 2 1 0 1 2. */
const placeIn = (at: number, size: number, fill: Fill): number => {
  if (at >= 0 && at < size) return at;
  if (fill === 'edge' || size === 1) return at < 0 ? 0 : size - 1;
  const period = 2 * size - 2;
  const within = ((at % period) + period) % period;
  return within < size ? within : period - within;
};
