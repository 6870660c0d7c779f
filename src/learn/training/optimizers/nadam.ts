import * as tf from '@tensorflow/tfjs-core';
import { chain, each, named, scaleByRate, slot, slots, type Transform } from '../transforms.ts';
import { towards } from './adam.ts';
import type { Core } from './optimizer.ts';
import { oneMinus, powerOf } from './powers.ts';

export interface NadamParams {
  readonly name: 'nadam';
  /** Decay of the mean of the gradients, in [0, 1). */
  readonly beta_1: number;
  /** Decay of the mean of their squares, in [0, 1). */
  readonly beta_2: number;
  /** Keeps the divisor from 0; above 0. */
  readonly epsilon: number;
}

export const nadam = (params: NadamParams): Core => ({ transform: chain(scaleByNadam(params), scaleByRate) });

/**
 * Adam with Nesterov's momentum. With μₜ = β₁ · (1 − 0.96ᵗ / 2) and Πₜ = μ₁ … μₜ, t from 1, and Adam's m and v:
 * u = (μₜ₊₁ · m / (1 − Πₜ₊₁) + (1 − μₜ) · g / (1 − Πₜ)) / (√(v / (1 − β₂ᵗ)) + ε).
 *
 * @see T. Dozat: Incorporating Nesterov Momentum into Adam, ICLR Workshop 2016.
 */
const scaleByNadam = ({ beta_1, beta_2, epsilon }: NadamParams): Transform => {
  const numbers = numbersOf(beta_1, beta_2);
  return {
    init: (variables) => ({ ...slots('nadam/m', variables), ...slots('nadam/v', variables) }),
    numbers: ({ step }) => numbers(step),
    update: (gradients, state, { numbers: now }) => {
      const m = each(gradients, (g, name) => towards(slot(state, 'nadam/m', name), g, oneMinus(beta_1)));
      const v = each(gradients, (g, name) => towards(slot(state, 'nadam/v', name), tf.square(g), oneMinus(beta_2)));
      const scaled = (g: tf.Tensor, name: string) => {
        const ahead = tf.div(tf.mul(m[name]!, now['nadam/ahead']!), now['nadam/ahead_left']!);
        const here = tf.div(tf.mul(g, now['nadam/now']!), now['nadam/now_left']!);
        const root = tf.sqrt(tf.div(v[name]!, now['nadam/left']!));
        return tf.div(tf.add(ahead, here), tf.add(root, epsilon));
      };
      return { updates: each(gradients, scaled), state: { ...named('nadam/m', m), ...named('nadam/v', v) } };
    },
  };
};

const numbersOf = (beta1: number, beta2: number) => {
  const productAt = productsOf((step) => momentumAt(beta1, step));
  return (step: number) => {
    const [now, ahead] = [momentumAt(beta1, step), momentumAt(beta1, step + 1)];
    const product = productAt(step);
    return {
      'nadam/ahead': ahead,
      'nadam/ahead_left': oneMinus(product * ahead),
      'nadam/now': oneMinus(now),
      'nadam/now_left': oneMinus(product),
      'nadam/left': oneMinus(powerOf(beta2, step)),
    };
  };
};

const momentumAt = (beta1: number, step: number): number =>
  Math.fround(Math.fround(beta1) * oneMinus(0.5 * powerOf(0.96, step)));

/** The product of factors 0 … step in float32. It goes on from where it was last, since steps come one after the other. */
const productsOf = (factor: (step: number) => number): ((step: number) => number) => {
  let [done, product] = [0, 1];
  return (step) => {
    if (step + 1 < done) [done, product] = [0, 1];
    for (; done <= step; done += 1) product = Math.fround(product * factor(done));
    return product;
  };
};
