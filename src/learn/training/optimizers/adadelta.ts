import * as tf from '@tensorflow/tfjs-core';
import { chain, each, named, scaleByRate, slot, slots, type Transform } from '../transforms.ts';
import { type Core, gradient } from './optimizer.ts';

export interface AdadeltaParams {
  readonly name: 'adadelta';
  /** Decay of the means, in [0, 1). */
  readonly rho: number;
  /** Keeps roots from 0; above 0. */
  readonly epsilon: number;
}

export const adadelta = ({ name, rho, epsilon }: AdadeltaParams): Core => ({
  transform: chain(scaleByDeltas({ name, rho, epsilon }), scaleByRate),
  native: {
    op: 'ResourceApplyAdadelta',
    slots: ['adadelta/g', 'adadelta/delta'],
    inputs: ['rate', rho, epsilon, gradient],
    attributes: [],
    numbers: ({ rate }) => ({ rate }),
  },
});

/**
 * v ← ρ · v + (1 − ρ) · g²; u = √(d + ε) · g / √(v + ε); d ← ρ · d + (1 − ρ) · u². The paper's rate is 1.
 *
 * @see M. D. Zeiler: ADADELTA: An Adaptive Learning Rate Method, 2012.
 */
const scaleByDeltas = ({ rho, epsilon }: AdadeltaParams): Transform => ({
  init: (variables) => ({ ...slots('adadelta/g', variables), ...slots('adadelta/delta', variables) }),
  numbers: () => ({}),
  update: (gradients, state) => {
    const root = (value: tf.Tensor) => tf.sqrt(tf.add(value, epsilon));
    const v = each(gradients, (g, name) => meanSquare(slot(state, 'adadelta/g', name), g, rho));
    const updates = each(gradients, (g, name) =>
      tf.div(tf.mul(root(slot(state, 'adadelta/delta', name)), g), root(v[name]!)),
    );
    const d = each(updates, (u, name) => meanSquare(slot(state, 'adadelta/delta', name), u, rho));
    return { updates, state: { ...named('adadelta/g', v), ...named('adadelta/delta', d) } };
  },
});

/** ρ · old + (1 − ρ) · x². */
export const meanSquare = (old: tf.Tensor, value: tf.Tensor, rho: number): tf.Tensor =>
  tf.add(tf.mul(old, rho), tf.mul(tf.square(value), 1 - rho));
