import * as tf from '@tensorflow/tfjs-core';
import { chain, each, named, scaleByRate, slot, slots, type Transform } from '../transforms.ts';
import { towards } from './adam.ts';
import { type Core, gradient } from './optimizer.ts';
import { oneMinus, powerOf } from './powers.ts';

export interface AdamaxParams {
  readonly name: 'adamax';
  /** Decay of the mean of the gradients, in [0, 1). */
  readonly beta_1: number;
  /** Decay of the greatest gradient, in [0, 1). */
  readonly beta_2: number;
  /** Keeps the divisor from 0; above 0. */
  readonly epsilon: number;
}

export const adamax = ({ beta_1, beta_2, epsilon }: AdamaxParams): Core => ({
  transform: chain(scaleByAdamax({ beta_1, beta_2, epsilon }), scaleByRate),
  native: {
    op: 'ResourceApplyAdaMax',
    slots: ['adamax/m', 'adamax/greatest'],
    inputs: ['power', 'rate', beta_1, beta_2, epsilon, gradient],
    attributes: [],
    numbers: ({ step, rate }) => ({ power: powerOf(beta_1, step), rate }),
  },
});

/**
 * Adam by the greatest gradient in place of the mean square: m ← m + (1 − β₁) · (g − m); n ← max(β₂ · n, |g|);
 * u = m / ((1 − β₁ᵗ) · (n + ε)), t from 1.
 *
 * @see D. P. Kingma, J. Ba: Adam, ICLR 2015, section 7.1.
 */
const scaleByAdamax = ({ beta_1, beta_2, epsilon }: Omit<AdamaxParams, 'name'>): Transform => ({
  init: (variables) => ({ ...slots('adamax/m', variables), ...slots('adamax/greatest', variables) }),
  numbers: ({ step }) => ({ 'adamax/left': oneMinus(powerOf(beta_1, step)) }),
  update: (gradients, state, { numbers }) => {
    const m = each(gradients, (g, name) => towards(slot(state, 'adamax/m', name), g, 1 - beta_1));
    const greatest = each(gradients, (g, name) =>
      tf.maximum(tf.mul(slot(state, 'adamax/greatest', name), beta_2), tf.abs(g)),
    );
    const scaled = (_: tf.Tensor, name: string) =>
      tf.div(m[name]!, tf.mul(tf.add(greatest[name]!, epsilon), numbers['adamax/left']!));
    return {
      updates: each(gradients, scaled),
      state: { ...named('adamax/m', m), ...named('adamax/greatest', greatest) },
    };
  },
});
