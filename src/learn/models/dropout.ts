import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { derive, stream } from '../random.ts';

/**
 * Dropout whose mask comes from a stream of its own for each layer and step.
 * TensorFlow.js's own, given a seed, would drop the same elements in each step. It is saved as a plain `Dropout` layer.
 *
 * While training: y = x · mask / (1 − rate), where each element of mask is 1 with probability 1 − rate, else 0.
 *
 * @see N. Srivastava et al.: Dropout, JMLR 15, 2014.
 */
export class SeededDropout extends layers.Layer {
  static readonly className = 'Dropout';
  /** Share of the elements that are dropped, in [0, 1). */
  readonly rate: number;
  readonly #draw: MaskSource;

  constructor({ rate, source, name }: SeededDropoutArgs) {
    super({ name });
    this.rate = rate;
    this.#draw = source;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean } = {}): tf.Tensor | tf.Tensor[] {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (training !== true || this.rate === 0) return x;
    const seed = derive(this.#draw.seed, this.name, this.#draw.step);
    return tf.tidy(() => tf.mul(x, tf.tensor(dropoutMask(x.size, this.rate, seed), x.shape)));
  }

  override getConfig() {
    return { ...super.getConfig(), rate: this.rate };
  }
}

export interface SeededDropoutArgs {
  readonly rate: number;
  readonly source: MaskSource;
  readonly name: string;
}

/** What the masks are drawn from; whoever trains sets the step before each one. */
export interface MaskSource {
  seed: number;
  step: number;
}

/** Elements 0 or 1 / (1 − rate): their mean is 1 on average. */
export const dropoutMask = (size: number, rate: number, seed: number): Float32Array => {
  const random = stream(seed);
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length: size }, () => (random.next() < rate ? 0 : kept));
};
