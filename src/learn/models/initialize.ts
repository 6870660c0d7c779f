import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { derive, stream } from '../random.ts';

/**
 * Draws the weights of a new network: kernels by `glorotUniform`, all others zero (biases) or one (the scales
 * of batch normalization), as Keras does it.
 * Each weight has a stream of its own, so that another layer changes none of the others.
 *
 * @param seed a 32-bit seed.
 */
export const initialize = (network: LayersModel, seed: number): void => {
  for (const weight of network.weights) {
    const shape = weight.shape as number[];
    const name = weight.originalName;
    const size = shape.reduce((all, length) => all * length, 1);
    const values = name.endsWith('/kernel')
      ? glorotUniform(shape, derive(seed, name))
      : new Float32Array(size).fill(beginsAtOne.test(name) ? 1 : 0);
    const drawn = tf.tensor(values, shape, 'float32');
    weight.write(drawn);
    drawn.dispose();
  }
};

const beginsAtOne = /\/(gamma|moving_variance)$/;

/**
 * Uniform in [-limit, limit), limit = √(6 / (fan in + fan out)).
 *
 * @param shape [inputs, outputs] of a dense layer, or [height, width, in channels, out channels] of a convolution,
 * whose fans are those of the whole window.
 * @see X. Glorot, Y. Bengio: Understanding the Difficulty of Training Deep Feedforward Neural Networks, AISTATS 2010.
 */
export const glorotUniform = (shape: readonly number[], seed: number): Float32Array => {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  const window = shape.slice(0, -2).reduce((all, size) => all * size, 1);
  const limit = Math.sqrt(6 / (window * (inputs + outputs)));
  const random = stream(seed);
  return Float32Array.from({ length: window * inputs * outputs }, () => (2 * random.next() - 1) * limit);
};
