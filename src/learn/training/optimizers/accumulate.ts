import * as tf from '@tensorflow/tfjs-core';
import { each, named, pick, type StepPlace, slot, slots, type Transform } from '../transforms.ts';

/**
 * One step of the inner transform for every `batches` batches, by the mean of their gradients; between them nothing
 * moves. The inner transform counts its own steps. An epoch's end does not matter: what is summed up goes on into the
 * next one; what is left at the end of a training is lost, as in Keras.
 *
 * @param batches at least 2.
 */
export const accumulate = (inner: Transform, batches: number): Transform => ({
  init: (variables, statistics) => ({ ...inner.init(variables, statistics), ...slots('accumulate/sum', variables) }),
  numbers: (place) => ({ ...inner.numbers(innerPlace(place, batches)), 'accumulate/full': fullAt(place, batches) }),
  update: (gradients, state, step) => {
    const full = step.numbers['accumulate/full']!;
    const sums = each(gradients, (g, name) => tf.add(g, slot(state, 'accumulate/sum', name)));
    const moved = inner.update(
      each(sums, (sum) => tf.div(sum, batches)),
      state,
      step,
    );
    const next = each(moved.state, (now, name) => (now === state[name] ? now : pick(full, now, state[name]!)));
    const left = each(sums, (sum) => tf.mul(sum, tf.sub(1, full)));
    return {
      updates: each(moved.updates, (u) => tf.mul(u, full)),
      state: { ...next, ...named('accumulate/sum', left) },
    };
  },
});

const innerPlace = ({ step, rate }: StepPlace, batches: number): StepPlace => ({
  step: Math.floor(step / batches),
  rate,
});

const fullAt = ({ step }: StepPlace, batches: number): number => ((step + 1) % batches === 0 ? 1 : 0);
