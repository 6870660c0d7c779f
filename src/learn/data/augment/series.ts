import type { Stream } from '../../random.ts';

export interface Series {
  /** [steps, channels] */
  readonly shape: readonly number[];
  readonly amount: number;
  readonly random: Stream;
  /** What stands where something is masked. */
  readonly outside: number;
  /** A buffer as long as the series. */
  readonly spare: Float32Array;
}

/**
 * Multiplies each channel by a factor of its own, normal with mean 1 and deviation `amount`, in place.
 *
 * @see T. T. Um et al.: Data Augmentation of Wearable Sensor Data for Parkinson's Disease Monitoring, ICMI 2017.
 */
export const scaleRow = (values: Float32Array, { shape, amount, random }: Series): void => {
  const channels = shape[1]!;
  const factors = Array.from({ length: channels }, () => 1 + amount * random.normal());
  for (let at = 0; at < values.length; at += 1) values[at] = values[at]! * factors[at % channels]!;
};

/** Moves a series by up to `amount` whole steps, earlier or later, in place; its first or last step stands in the gap. */
export const timeShiftRow = (values: Float32Array, { shape, amount, random, spare }: Series): void => {
  const [steps, channels] = shape as [number, number];
  const later = random.int(2 * amount + 1) - amount;
  spare.set(values);
  for (let step = 0; step < steps; step += 1) {
    const from = Math.min(steps - 1, Math.max(0, step - later));
    for (let channel = 0; channel < channels; channel += 1) {
      values[step * channels + channel] = spare[from * channels + channel]!;
    }
  }
};

/**
 * Masks a stretch of 1 to `amount` steps, of all channels, in place.
 *
 * @see D. S. Park et al.: SpecAugment, Interspeech 2019 (time masking).
 */
export const timeMaskRow = (values: Float32Array, { shape, amount, random, outside }: Series): void => {
  const [steps, channels] = shape as [number, number];
  const length = 1 + random.int(Math.min(amount, steps));
  const first = random.int(steps - length + 1);
  values.fill(outside, first * channels, (first + length) * channels);
};

/**
 * Cuts a stretch out of a series, as long as the share `amount` of it, at a random place, and stretches it to the whole
 * length with linear interpolation, in place.
 *
 * @see A. Le Guennec et al.: Data Augmentation for Time Series Classification using Convolutional Neural Networks, 2016.
 */
export const windowRow = (values: Float32Array, { shape, amount, random, spare }: Series): void => {
  const [steps, channels] = shape as [number, number];
  const length = Math.max(2, Math.round(amount * steps));
  if (length >= steps) return;
  const first = random.int(steps - length + 1);
  spare.set(values);
  for (let step = 0; step < steps; step += 1) {
    const place = first + (step * (length - 1)) / (steps - 1);
    const before = Math.min(first + length - 2, Math.floor(place));
    const share = place - before;
    for (let channel = 0; channel < channels; channel += 1) {
      const at = before * channels + channel;
      values[step * channels + channel] = (1 - share) * spare[at]! + share * spare[at + channels]!;
    }
  }
};
