import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../data/safetensors.ts';
import { averagesIn } from './optimizers/ema.ts';
import { assign, upload, type Variables } from './variables.ts';

/**
 * Gives a network the averages of its weights, where the optimizer keeps them; else it changes nothing.
 *
 * @param remembered what the optimizer remembers, by names that begin with `optimizer/`.
 * @returns what gives the network back the weights that it had; call it once, or `forget` them.
 */
export const wearAverages = (weights: Variables, remembered: ReadonlyMap<string, Tensor>): Worn => {
  const averages = averagesIn(remembered, 'average');
  if (averages === undefined) return { takeOff: () => {}, forget: () => {} };
  const own = Object.fromEntries(Object.entries(weights).map(([name, variable]) => [name, tf.clone(variable)]));
  assign(weights, upload('average', averages));
  return { takeOff: () => assign(weights, own), forget: () => tf.dispose(own) };
};

export interface Worn {
  readonly takeOff: () => void;
  readonly forget: () => void;
}
