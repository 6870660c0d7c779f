import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../../data/safetensors.ts';
import { copies, each, named, slot, type Tensors, type Transform } from '../transforms.ts';
import { oneMinus } from './powers.ts';

export interface EmaParams {
  /** Share of the average that stays at each step, in [0, 1). */
  readonly decay: number;
}

/**
 * A running average of the weights beside those that are trained: a ← d · a + (1 − d) · w after each step; after the
 * first one a = w. The statistics of batch normalization are averaged alike, so that they fit the averaged weights.
 * Training does not see the averages: they are what is judged and kept.
 *
 * @see B. T. Polyak, A. B. Juditsky: Acceleration of Stochastic Approximation by Averaging, 1992; with Keras's
 * `use_ema` for the first step.
 */
export const ema = (inner: Transform, { decay }: EmaParams): Transform => ({
  init: (variables, statistics) => ({
    ...inner.init(variables, statistics),
    ...copies('ema', { ...variables, ...statistics }),
  }),
  numbers: (place) => {
    const stays = place.step === 0 ? 0 : decay;
    return { ...inner.numbers(place), 'ema/stays': stays, 'ema/comes': oneMinus(stays) };
  },
  update: (gradients, state, step) => {
    const moved = inner.update(gradients, state, step);
    const after = each(moved.updates, (u, name) => tf.add(step.variables[name]!, u));
    const averages = each({ ...after, ...step.statistics }, (now, name) =>
      tf.add(tf.mul(slot(state, 'ema', name), step.numbers['ema/stays']!), tf.mul(now, step.numbers['ema/comes']!)),
    );
    return { updates: moved.updates, state: { ...moved.state, ...named('ema', averages) } };
  },
});

/** The averaged weights in what an optimizer remembers, by their own names after `part/`; none where it averages none. */
export const averagesIn = (
  remembered: ReadonlyMap<string, Tensor>,
  part: string,
): ReadonlyMap<string, Tensor> | undefined => {
  const prefix = 'optimizer/ema/';
  const found = [...remembered].filter(([name]) => name.startsWith(prefix));
  return found.length === 0
    ? undefined
    : new Map(found.map(([name, tensor]) => [`${part}/${name.slice(prefix.length)}`, tensor]));
};

/** The average of one weight in what the transform remembers, which it keeps. */
export const averageIn = (state: Tensors, name: string): Tensors[string] => slot(state, 'ema', name);
