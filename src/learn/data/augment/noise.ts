import type { Stream } from '../../random.ts';
import type { TensorData } from '../safetensors.ts';

export interface Noise {
  /** Standard deviation, above 0. */
  readonly sd: number;
  /** Indices of the elements that stay as they are. */
  readonly spared: ReadonlySet<number>;
  readonly random: Stream;
}

/**
 * Adds independent normal noise to each element in place.
 *
 * Of two uniform numbers come two normal ones: √(−2 ln(1 − u)) · cos 2πv and the same with sin.
 *
 * @see G. E. P. Box, M. E. Muller: A Note on the Generation of Random Normal Deviates, 1958.
 */
export const noiseRow = (values: TensorData, { sd, spared, random }: Noise): void => {
  for (let at = 0; at < values.length; at += 2) {
    const size = sd * Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    if (!spared.has(at)) values[at] = values[at]! + size * Math.cos(angle);
    if (at + 1 < values.length && !spared.has(at + 1)) values[at + 1] = values[at + 1]! + size * Math.sin(angle);
  }
};
