import * as tf from '@tensorflow/tfjs-core';
import { StageError } from '../../error.ts';
import { chain, each, named, scaleByRate, slot, slots, type Tensors, type Transform } from '../transforms.ts';
import { type Core, gradient } from './optimizer.ts';

export interface SgdParams {
  readonly name: 'sgd';
  /** Share of the last update that goes on, in [0, 1). */
  readonly momentum: number;
  /** Nesterov's momentum. */
  readonly nesterov: boolean;
}

/**
 * Gradient descent on batches: w ← w − rate · g, or with a momentum.
 *
 * @throws StageError where nesterov is asked for without a momentum.
 */
export const sgd = ({ momentum, nesterov }: SgdParams): Core => {
  if (momentum > 0) return withMomentum(momentum, nesterov ? 'nesterov' : 'plain');
  if (nesterov) {
    throw new StageError(
      'optimizer.nesterov looks ahead along a momentum, and optimizer.momentum is 0',
      '0.9 is usual',
    );
  }
  const native = { op: 'ResourceApplyGradientDescent', slots: [], inputs: ['rate', gradient], attributes: [] } as const;
  return { transform: scaleByRate, native: { ...native, numbers: ({ rate }) => ({ rate }) } };
};

const withMomentum = (momentum: number, kind: 'plain' | 'nesterov'): Core => ({
  transform: chain(scaleByRate, addMomentum(momentum, kind)),
  native: {
    op: 'ResourceApplyKerasMomentum',
    slots: ['momentum'],
    inputs: ['rate', gradient, momentum],
    attributes: [{ name: 'use_nesterov', kind: 'bool', value: kind === 'nesterov' }],
    numbers: ({ rate }) => ({ rate }),
  },
});

/**
 * Momentum of what comes in: v ← μ · v + u; the update is v, or with Nesterov's look ahead μ · v + u.
 * After `scaleByRate` that is v ← μ · v − rate · g, as in Keras.
 *
 * @param momentum μ in [0, 1).
 * @see I. Sutskever et al.: On the Importance of Initialization and Momentum in Deep Learning, ICML 2013.
 */
const addMomentum = (momentum: number, kind: 'plain' | 'nesterov'): Transform => ({
  init: (variables) => slots('momentum', variables),
  numbers: () => ({}),
  update: (gradients, state) => {
    const velocities = each(gradients, (u, name) => tf.add(tf.mul(slot(state, 'momentum', name), momentum), u));
    const ahead = (u: tf.Tensor, name: string) => tf.add(tf.mul(velocities[name]!, momentum), u);
    const updates: Tensors = kind === 'nesterov' ? each(gradients, ahead) : velocities;
    return { updates, state: named('momentum', velocities) };
  },
});
