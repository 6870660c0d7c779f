import * as tf from '@tensorflow/tfjs-core';

/** The activations of layers of ours, by Keras's names. */
export type Activation = 'relu' | 'gelu' | 'tanh' | 'sigmoid' | 'linear';

/**
 * gelu: x · Φ(x) = x / 2 · (1 + erf(x / √2)).
 *
 * @see D. Hendrycks, K. Gimpel: Gaussian Error Linear Units, 2016.
 */
export const activations: Readonly<Record<Activation, (x: tf.Tensor) => tf.Tensor>> = {
  relu: tf.relu,
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))),
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  linear: (x) => x,
};
