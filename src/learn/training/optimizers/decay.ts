import * as tf from '@tensorflow/tfjs-core';
import { StageError } from '../../error.ts';
import { each, type Tensors, type Transform } from '../transforms.ts';

export interface DecayOptions {
  /** λ, above 0. */
  readonly weight_decay: number;
  /** Variables that are left alone: by their last part, as `bias`, by their layer, or by their whole name. */
  readonly exclude: readonly string[];
}

/**
 * Decoupled weight decay: u ← u − rate · λ · w. The gradient, and what the optimizer remembers of it, do not see it:
 * that is what sets it apart from L2.
 *
 * @see I. Loshchilov, F. Hutter: Decoupled Weight Decay Regularization, ICLR 2019; the schedule moves it with the rate.
 */
export const addDecay = ({ weight_decay, exclude }: DecayOptions): Transform => ({
  init: (variables) => {
    refuseUnknown(exclude, variables);
    return {};
  },
  numbers: ({ rate }) => ({ 'decay/rate': rate }),
  update: (updates, state, { numbers, variables }) => {
    // The weight decays before it moves, as in Keras: in float32 the order decides over the last bit, step by step.
    const decayed = (u: tf.Tensor, name: string) => {
      const before = variables[name]!;
      const smaller = tf.sub(before, tf.mul(tf.mul(before, weight_decay), numbers['decay/rate']!));
      return tf.sub(tf.add(smaller, u), before);
    };
    return { updates: each(updates, (u, name) => (isExcluded(name, exclude) ? u : decayed(u, name))), state };
  },
});

/** What biases, and the factors and offsets of normalizations are called: they are not there in every network. */
export const usualExclusions = ['bias', 'gamma', 'beta'] as const;

const isExcluded = (name: string, exclude: readonly string[]): boolean =>
  exclude.some((entry) => name === entry || name.endsWith(`/${entry}`) || name.startsWith(`${entry}/`));

const refuseUnknown = (exclude: readonly string[], variables: Tensors): void => {
  const names = Object.keys(variables);
  const usual: readonly string[] = usualExclusions;
  const unknown = exclude.find((entry) => !usual.includes(entry) && !names.some((name) => isExcluded(name, [entry])));
  if (unknown === undefined) return;
  throw new StageError(
    `optimizer.exclude has "${unknown}", and no variable of the network is called that`,
    `its variables are ${names.join(', ')}: name one, a layer, or a last part as "bias"`,
  );
};
