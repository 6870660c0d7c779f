import type { Stream } from '../../random.ts';
import type { TensorData } from '../safetensors.ts';

export interface Noise {
  /** Standard deviation, above 0. */
  readonly sd: number;
  /** Indices of the elements that stay as they are. */
  readonly spared: ReadonlySet<number>;
  readonly random: Stream;
}

/** Adds independent normal noise to each element in place. */
export const noiseRow = (values: TensorData, { sd, spared, random }: Noise): void => {
  for (let at = 0; at < values.length; at += 1) {
    const noise = random.normal() * sd;
    if (!spared.has(at)) values[at] = (values[at] as number) + noise;
  }
};
