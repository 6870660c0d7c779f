import * as tf from '@tensorflow/tfjs-core';
import { chain, each, named, scaleByRate, slot, slots, type Tensors, type Transform } from '../transforms.ts';
import { type Core, gradient, type NativeUpdate } from './optimizer.ts';
import { oneMinus, powerOf } from './powers.ts';

export interface AdamParams {
  /** `adamw` is `adam` with decoupled weight decay. */
  readonly name: 'adam' | 'adamw';
  /** Decay of the mean of the gradients, in [0, 1). */
  readonly beta_1: number;
  /** Decay of the mean of their squares, in [0, 1). */
  readonly beta_2: number;
  /** Keeps the divisor from 0; above 0. */
  readonly epsilon: number;
  /** Whether the greatest of all means of squares so far divides, so that steps never grow again. */
  readonly amsgrad: boolean;
}

export const adam = (params: AdamParams): Core => ({
  transform: chain(scaleByAdam(params), scaleByRate),
  native: nativeAdam(params),
});

/**
 * m ← m + (1 − β₁) · (g − m); v ← v + (1 − β₂) · (g² − v); u = m · √(1 − β₂ᵗ) / (1 − β₁ᵗ) / (√v + ε), t from 1.
 * With amsgrad the greatest v so far stands in place of v.
 *
 * @see D. P. Kingma, J. Ba: Adam, ICLR 2015: the form of the end of section 2, as in Keras and TensorFlow, where ε
 * stands beside √v before its correction.
 * @see S. J. Reddi et al.: On the Convergence of Adam and Beyond, ICLR 2018 (AMSGrad).
 */
const scaleByAdam = ({ beta_1, beta_2, epsilon, amsgrad }: AdamParams): Transform => ({
  init: (variables) => ({
    ...slots('adam/m', variables),
    ...slots('adam/v', variables),
    ...(amsgrad ? slots('adam/greatest', variables) : {}),
  }),
  numbers: ({ step }) => ({ 'adam/correction': correctionAt(step, beta_1, beta_2) }),
  update: (gradients, state, { numbers }) => {
    const m = each(gradients, (g, name) => towards(slot(state, 'adam/m', name), g, 1 - beta_1));
    const v = each(gradients, (g, name) => towards(slot(state, 'adam/v', name), tf.square(g), 1 - beta_2));
    const greatest = (name: string) => tf.maximum(slot(state, 'adam/greatest', name), v[name]!);
    const divisors: Tensors = amsgrad ? each(gradients, (_, name) => greatest(name)) : v;
    const scaled = (_: tf.Tensor, name: string) =>
      tf.div(tf.mul(m[name]!, numbers['adam/correction']!), tf.add(tf.sqrt(divisors[name]!), epsilon));
    const next = { ...named('adam/m', m), ...named('adam/v', v) };
    return {
      updates: each(gradients, scaled),
      state: amsgrad ? { ...next, ...named('adam/greatest', divisors) } : next,
    };
  },
});

/** A running mean that takes in a new value: old + share · (now − old), in the order in which Keras computes it. */
export const towards = (old: tf.Tensor, now: tf.Tensor, share: number): tf.Tensor =>
  tf.add(old, tf.mul(tf.sub(now, old), share));

const correctionAt = (step: number, beta1: number, beta2: number): number =>
  Math.fround(Math.sqrt(oneMinus(powerOf(beta2, step)))) / oneMinus(powerOf(beta1, step));

/**
 * The op gets powers of 0, which it would correct by, and a rate that is corrected already. Its shares of what is new are
 * 1 minus a rounded β: for β₂ = 0.999 that is off by 1e-5, and made up for in the rate.
 */
const nativeAdam = ({ beta_1, beta_2, epsilon, amsgrad }: AdamParams): NativeUpdate => ({
  op: amsgrad ? 'ResourceApplyAdamWithAmsgrad' : 'ResourceApplyAdam',
  slots: amsgrad ? ['adam/m', 'adam/v', 'adam/greatest'] : ['adam/m', 'adam/v'],
  inputs: [0, 0, 'rate/corrected', beta_1, beta_2, epsilon, gradient],
  attributes: [],
  numbers: ({ step, rate }) => {
    const off = (beta: number) => oneMinus(beta) / Math.fround(1 - beta);
    const made = Math.sqrt(off(beta_2)) / off(beta_1);
    return { 'rate/corrected': rate * correctionAt(step, beta_1, beta_2) * made };
  },
});
