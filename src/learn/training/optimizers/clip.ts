import * as tf from '@tensorflow/tfjs-core';
import { each, type Tensors, type Transform } from '../transforms.ts';

/** One way to keep gradients small; each bound above 0. */
export type ClipParams = { readonly value: number } | { readonly norm: number } | { readonly global_norm: number };

/**
 * - value c: each component is held in [−c, c].
 * - norm c: each variable's gradient is scaled down to the length c where it is longer.
 * - global norm c: all gradients are scaled by one factor, so that together they are no longer than c.
 *
 * @see R. Pascanu et al.: On the Difficulty of Training Recurrent Neural Networks, ICML 2013.
 */
export const clip = (params: ClipParams): Transform => {
  const clipped = clipperOf(params);
  return {
    init: () => ({}),
    numbers: () => ({}),
    update: (gradients, state) => ({ updates: clipped(gradients), state }),
  };
};

const clipperOf = (params: ClipParams): ((gradients: Tensors) => Tensors) => {
  if ('value' in params) return (all) => each(all, (g) => tf.clipByValue(g, -params.value, params.value));
  if ('norm' in params) {
    const { norm } = params;
    return (all) => each(all, (g) => tf.div(tf.mul(g, norm), tf.maximum(tf.sqrt(squareOf(g)), norm)));
  }
  return (all) => scaledTogether(all, params.global_norm);
};

const squareOf = (g: tf.Tensor): tf.Scalar => tf.sum(tf.square(g));

/** The factor is 1 where the length is below the bound. */
const scaledTogether = (gradients: Tensors, bound: number): Tensors => {
  const squares = Object.values(gradients).map(squareOf);
  const length = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
  const factor = tf.div(bound, tf.maximum(length, bound));
  return each(gradients, (g) => tf.mul(g, factor));
};
