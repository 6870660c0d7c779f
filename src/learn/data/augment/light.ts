import type { Stream } from '../../random.ts';

export interface Light {
  /** [height, width, channels] */
  readonly shape: readonly number[];
  readonly amount: number;
  readonly random: Stream;
  /** Least and greatest value that a pixel can have; null where that is not known. */
  readonly range: readonly [number, number] | null;
}

/**
 * Stretches an image's values about their mean, in place: v' = (v − m)·f + m, by channel; f uniform in
 * [1 − amount, 1 + amount]. Values stay in their range.
 *
 * @see A. G. Howard: Some Improvements on Deep Convolutional Neural Network Based Image Classification, 2013.
 */
export const contrastRow = (values: Float32Array, { shape, amount, random, range }: Light): void => {
  const factor = 1 + (2 * random.next() - 1) * amount;
  const channels = shape[2]!;
  for (let channel = 0; channel < channels; channel += 1) {
    let sum = 0;
    for (let at = channel; at < values.length; at += channels) sum += values[at]!;
    const mean = sum / (values.length / channels);
    for (let at = channel; at < values.length; at += channels) values[at] = (values[at]! - mean) * factor + mean;
  }
  clip(values, range);
};

/**
 * Adds one number to all of an image, in place: v' = v + u·w, u uniform in ± amount, w the width of the range of a pixel
 * (1, where that is not known). Values stay in their range.
 */
export const brightnessRow = (values: Float32Array, { amount, random, range }: Light): void => {
  const width = range === null ? 1 : range[1] - range[0];
  const more = (2 * random.next() - 1) * amount * width;
  for (let at = 0; at < values.length; at += 1) values[at] = values[at]! + more;
  clip(values, range);
};

const clip = (values: Float32Array, range: Light['range']): void => {
  if (range === null) return;
  const [low, high] = range;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!;
    if (value < low) values[at] = low;
    else if (value > high) values[at] = high;
  }
};
