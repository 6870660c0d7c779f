import * as tf from '@tensorflow/tfjs-core';

/** The activations of layers of ours, by the names that they have in a model's file: all that TensorFlow.js writes. */
export type Activation =
  | ('relu' | 'relu6' | 'elu' | 'selu' | 'gelu' | 'swish' | 'mish' | 'tanh' | 'sigmoid' | 'hardSigmoid')
  | ('softmax' | 'softplus' | 'softsign' | 'linear');

/**
 * gelu: x · Φ(x) = x / 2 · (1 + erf(x / √2)); hardSigmoid: 0.2 x + 0.5 within [0, 1], as TensorFlow.js and Keras 2 have it;
 * swish: x · σ(x); mish: x · tanh(softplus(x)); softsign: x / (1 + |x|).
 *
 * @see D. Hendrycks, K. Gimpel: Gaussian Error Linear Units, 2016.
 */
const activations: Readonly<Record<Activation, (x: tf.Tensor) => tf.Tensor>> = {
  relu: tf.relu,
  relu6: tf.relu6,
  elu: tf.elu,
  selu: tf.selu,
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))),
  swish: (x) => tf.mul(tf.sigmoid(x), x),
  mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  hardSigmoid: (x) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1),
  softmax: (x) => tf.softmax(x),
  softplus: tf.softplus,
  softsign: (x) => tf.div(x, tf.add(1, tf.abs(x))),
  linear: (x) => x,
};

/** @throws Error where there is none of that name. */
export const activationNamed = (name: Activation): ((x: tf.Tensor) => tf.Tensor) => {
  if (Object.hasOwn(activations, name)) return activations[name];
  throw new Error(`there is no activation "${name}"; known are ${Object.keys(activations).join(', ')}`);
};
