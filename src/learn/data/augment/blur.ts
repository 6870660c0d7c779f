import type { Stream } from '../../random.ts';

export interface Blur {
  /** [height, width, channels] */
  readonly shape: readonly number[];
  /** Greatest standard deviation, in pixels, above 0. */
  readonly amount: number;
  readonly random: Stream;
  /** A buffer as long as the image. */
  readonly spare: Float32Array;
}

/**
 * Blurs an image in place with a Gaussian of a deviation σ uniform in [0, amount]: along rows, then along columns.
 * Weights are exp(−k² / 2σ²), |k| ≤ ⌈3σ⌉, divided by their sum; beyond the border stands the border's pixel.
 *
 * @see R. C. Gonzalez, R. E. Woods: Digital Image Processing (separable Gaussian filters).
 */
export const blurRow = (values: Float32Array, { shape, amount, random, spare }: Blur): void => {
  const [height, width, channels] = shape as [number, number, number];
  const weights = weightsOf(random.next() * amount);
  if (weights.length === 1) return;
  spare.set(values);
  for (let y = 0; y < height; y += 1) {
    const start = y * width * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      smooth(spare, values, { from: start + channel, count: width, step: channels, weights });
    }
  }
  spare.set(values);
  for (let column = 0; column < width * channels; column += 1) {
    smooth(spare, values, { from: column, count: height, step: width * channels, weights });
  }
};

const weightsOf = (sd: number): readonly number[] => {
  const reach = Math.ceil(3 * sd);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-((at - reach) ** 2) / (2 * sd ** 2 || 1)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
};

interface Line {
  readonly from: number;
  readonly count: number;
  readonly step: number;
  readonly weights: readonly number[];
}

const smooth = (source: Float32Array, into: Float32Array, { from, count, step, weights }: Line): void => {
  const reach = (weights.length - 1) / 2;
  for (let at = 0; at < count; at += 1) {
    let sum = 0;
    for (let tap = -reach; tap <= reach; tap += 1) {
      const place = Math.min(count - 1, Math.max(0, at + tap));
      sum += weights[tap + reach]! * source[from + place * step]!;
    }
    into[from + at * step] = sum;
  }
};
