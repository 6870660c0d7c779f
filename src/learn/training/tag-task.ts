import * as tf from '@tensorflow/tfjs-core';
import { lossesByRow, meanOf, smoothedTruth, type Task, weightsOfTruth } from './tasks.ts';

/**
 * A tag for each step of a sequence: cross entropy of each step that has one, from logits z [batch, steps, tags] and tags y
 * [batch, steps], −1 where there is none, in nats.
 *
 * loss = −Σ w log softmax(z)[y] / Σ w over all steps of the batch that have a tag, where w is the weight of the row times
 * that of the tag, 1 where there are none: so each word counts alike, in a short row as in a long one. Without weights that
 * is what Keras 3.15 makes of a loss with a mask; weights of samples it divides by the number of steps, not by their sum.
 *
 * score: the share of these steps whose greatest logit is that of y, times the rows of the batch.
 */
export const predictTags = (
  { tags, steps }: { readonly tags: number; readonly steps: number },
  weights: readonly number[] | undefined,
  labelSmoothing: number,
): Task => ({
  ...{ kind: 'tags', outputs: steps * tags, scoreName: 'accuracy', labelSmoothing },
  loss: (logits, target, own) => {
    const { truth, is } = flat(target); // [b · steps]
    const losses = lossesByRow(
      tf.reshape(logits, [-1, tags]),
      labelSmoothing === 0 ? truth : smoothedTruth(truth, tags, labelSmoothing),
      tags,
    );
    const byTag = weights === undefined ? is : tf.mul(is, weightsOfTruth(truth, weights));
    return meanOf(losses, own === undefined ? byTag : tf.mul(byTag, forEachStep(own, steps)));
  },
  score: (logits, target) => {
    const { truth, is } = flat(target);
    const isRight = tf.cast(tf.equal(tf.argMax(tf.reshape(logits, [-1, tags]), 1), truth), 'float32');
    return tf.mul(meanOf(isRight, is), target.shape[0]!);
  },
});

/** Tags, any where there is none, and 1 where there is one, else 0: [batch · steps]. */
const flat = (target: tf.Tensor): { truth: tf.Tensor; is: tf.Tensor } => {
  const places = tf.reshape(target, [-1]);
  return {
    truth: tf.cast(tf.maximum(places, 0), 'int32'),
    is: tf.cast(tf.greaterEqual(places, 0), 'float32'),
  };
};

const forEachStep = (weights: tf.Tensor, steps: number): tf.Tensor =>
  tf.reshape(tf.tile(tf.expandDims(weights, 1), [1, steps]), [-1]);
