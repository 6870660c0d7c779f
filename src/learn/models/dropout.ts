import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { fused } from '../backends/tensorflow/kernels.ts';
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
    return tf.tidy(() => tf.mul(x, this.#mask(x)));
  }

  /** From a stream of ours, or, where the backend has one, from a generator of its own that takes seed and step. */
  #mask(x: tf.Tensor): tf.Tensor {
    const { seed, step } = this.#draw;
    if (tf.getKernel(fused.statelessUniform, tf.getBackend()) !== undefined) {
      return backendMask(x.shape, this.rate, [derive(seed, this.name), step]);
    }
    if (typeof step !== 'number') throw new Error('a mask of our own stream needs the number of the step');
    return tf.tensor(dropoutMask(x.size, this.rate, derive(seed, this.name, step)), x.shape);
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
  /** A tensor (int32) only where a step is traced, to be fed with its number later. */
  step: number | tf.Scalar;
}

/** Elements 0 or 1 / (1 − rate): their mean is 1 on average. */
export const dropoutMask = (size: number, rate: number, seed: number): Float32Array => {
  const random = stream(seed);
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length: size }, () => (random.next() < rate ? 0 : kept));
};

/** The same, drawn on the backend: masks of equal seed and step are equal, on any number of threads. */
const backendMask = (shape: number[], rate: number, [seed, step]: readonly [number, number | tf.Scalar]): tf.Tensor => {
  const pair = tf.stack([tf.scalar(seed | 0, 'int32'), typeof step === 'number' ? tf.scalar(step, 'int32') : step]);
  const uniform = tf.engine().runKernel(fused.statelessUniform, { seed: pair }, { shape: [...shape] }) as tf.Tensor;
  return tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate));
};
