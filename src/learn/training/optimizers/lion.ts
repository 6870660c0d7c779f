import * as tf from '@tensorflow/tfjs-core';
import { chain, each, named, scaleByRate, slot, slots, type Transform } from '../transforms.ts';
import type { Core } from './optimizer.ts';
import { oneMinus } from './powers.ts';

export interface LionParams {
  readonly name: 'lion';
  /** Share of the momentum in the direction of a step, in (0, 1). */
  readonly beta_1: number;
  /** Decay of the momentum, in [0, 1). */
  readonly beta_2: number;
}

export const lion = (params: LionParams): Core => ({ transform: chain(signOfMomentum(params), scaleByRate) });

/**
 * u = sign(β₁ · m + (1 − β₁) · g), then m ← β₂ · m + (1 − β₂) · g: every weight moves by the rate, one way or the other.
 *
 * @see X. Chen et al.: Symbolic Discovery of Optimization Algorithms, NeurIPS 2023.
 */
const signOfMomentum = ({ beta_1, beta_2 }: LionParams): Transform => ({
  init: (variables) => slots('lion/m', variables),
  numbers: () => ({}),
  update: (gradients, state) => {
    const mix = (g: tf.Tensor, name: string, beta: number) =>
      tf.add(tf.mul(slot(state, 'lion/m', name), beta), tf.mul(g, oneMinus(beta)));
    return {
      updates: each(gradients, (g, name) => tf.sign(mix(g, name, beta_1))),
      state: named(
        'lion/m',
        each(gradients, (g, name) => mix(g, name, beta_2)),
      ),
    };
  },
});
