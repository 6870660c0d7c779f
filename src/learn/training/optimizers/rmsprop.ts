import * as tf from '@tensorflow/tfjs-core';
import { each, named, slot, slots, type Tensors, type Transform } from '../transforms.ts';
import { meanSquare } from './adadelta.ts';
import { type Core, gradient } from './optimizer.ts';

export interface RmspropParams {
  readonly name: 'rmsprop';
  /** Decay of the mean of the squares, in [0, 1). */
  readonly rho: number;
  /** Share of the last update that goes on, in [0, 1). */
  readonly momentum: number;
  /** Keeps the divisor from 0; above 0. */
  readonly epsilon: number;
  /** Whether the gradients' variance divides, rather than their mean square. */
  readonly centered: boolean;
}

export const rmsprop = (params: RmspropParams): Core => {
  const { rho, momentum, epsilon, centered } = params;
  return {
    transform: scaleByRms(params),
    native: {
      op: centered ? 'ResourceApplyCenteredRMSProp' : 'ResourceApplyRMSProp',
      slots: [...(centered ? ['rmsprop/mean'] : []), 'rmsprop/square', 'rmsprop/momentum'],
      inputs: ['rate', rho, momentum, epsilon, gradient],
      attributes: [],
      numbers: ({ rate }) => ({ rate }),
    },
  };
};

/**
 * v ← ρ · v + (1 − ρ) · g²; p ← μ · p + rate · g / √(v + ε); the update is −p.
 * Centered, a ← ρ · a + (1 − ρ) · g, and v − a² stands in the root.
 *
 * @see G. Hinton: Neural Networks for Machine Learning, lecture 6, 2012.
 * @see A. Graves: Generating Sequences With Recurrent Neural Networks, 2013 (centered).
 */
const scaleByRms = ({ rho, momentum, epsilon, centered }: RmspropParams): Transform => ({
  init: (variables) => ({
    ...slots('rmsprop/square', variables),
    ...slots('rmsprop/momentum', variables),
    ...(centered ? slots('rmsprop/mean', variables) : {}),
  }),
  numbers: ({ rate }) => ({ 'rmsprop/rate': rate }),
  update: (gradients, state, { numbers }) => {
    const squares = each(gradients, (g, name) => meanSquare(slot(state, 'rmsprop/square', name), g, rho));
    const mean = (g: tf.Tensor, name: string) =>
      tf.add(tf.mul(slot(state, 'rmsprop/mean', name), rho), tf.mul(g, 1 - rho));
    const means: Tensors = centered ? each(gradients, mean) : {};
    const variance = (name: string): tf.Tensor =>
      centered ? tf.sub(squares[name]!, tf.square(means[name]!)) : squares[name]!;
    const momenta = each(gradients, (g, name) => {
      const step = tf.div(tf.mul(g, numbers['rmsprop/rate']!), tf.sqrt(tf.add(variance(name), epsilon)));
      return tf.add(tf.mul(slot(state, 'rmsprop/momentum', name), momentum), step);
    });
    return {
      updates: each(momenta, (p) => tf.neg(p)),
      state: {
        ...named('rmsprop/square', squares),
        ...named('rmsprop/momentum', momenta),
        ...named('rmsprop/mean', means),
      },
    };
  },
});
