import * as tf from '@tensorflow/tfjs-core';
import { chain, each, named, scaleByRate, slot, slots, type Transform } from '../transforms.ts';
import type { Core } from './optimizer.ts';

export interface AdagradParams {
  readonly name: 'adagrad';
  /** What the sum of squares begins with, at least 0. */
  readonly initial_accumulator_value: number;
  /** Keeps the divisor from 0; above 0. */
  readonly epsilon: number;
}

/** Traced, since TensorFlow's ops have ε outside of the root, or none. */
export const adagrad = (params: AdagradParams): Core => ({ transform: chain(scaleBySum(params), scaleByRate) });

/**
 * s ← s + g²; u = g / √(s + ε).
 *
 * @see J. Duchi et al.: Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 2011.
 */
const scaleBySum = ({ initial_accumulator_value, epsilon }: AdagradParams): Transform => ({
  init: (variables) => slots('adagrad/sum', variables, initial_accumulator_value),
  numbers: () => ({}),
  update: (gradients, state) => {
    const sums = each(gradients, (g, name) => tf.add(slot(state, 'adagrad/sum', name), tf.square(g)));
    return {
      updates: each(gradients, (g, name) => tf.div(g, tf.sqrt(tf.add(sums[name]!, epsilon)))),
      state: named('adagrad/sum', sums),
    };
  },
});
