import * as tf from '@tensorflow/tfjs-core';
import { meanOf, type Task } from './tasks.ts';

/**
 * Any number of labels for each row: binary cross entropy of each label, from logits z and flags y [batch, labels], in nats.
 *
 * loss = mean over rows and labels of max(z, 0) − z · y + log(1 + exp(−|z|)), which overflows for no z. With weights of
 * rows it is their weighted mean. Where labels have weights w, y · w + (1 − y) stands before each term, and the mean is
 * by them: a label that is there counts for its weight, one that is not for 1.
 *
 * With label smoothing s, y · (1 − s) + s / 2 stands for y, as in Keras; score and weights go by y itself.
 *
 * score: Σ over rows of the share of labels with (z > 0) = y: Keras's `binary_accuracy`, at a probability of 0.5.
 */
export const predictLabels = (
  labels: number,
  weights: readonly number[] | undefined,
  labelSmoothing: number,
): Task => ({
  ...{ kind: 'labels', outputs: labels, scoreName: 'binary_accuracy', labelSmoothing },
  loss: (logits, target, own) => {
    const losses = lossesOf(logits, labelSmoothing === 0 ? target : smoothed(target, labelSmoothing)); // [b, labels]
    if (weights === undefined) return meanOf(tf.mean(losses, 1), own);
    const each = weightsOf(target, weights); // [b, labels]
    return meanOf(losses, own === undefined ? each : tf.mul(each, tf.expandDims(own, 1)));
  },
  score: (logits, target) => {
    const isRight = tf.equal(tf.greater(logits, 0), tf.greater(target, 0.5));
    return tf.sum(tf.mean(tf.cast(isRight, 'float32'), 1));
  },
});

const lossesOf = (logits: tf.Tensor, target: tf.Tensor): tf.Tensor =>
  tf.add(tf.sub(tf.relu(logits), tf.mul(logits, target)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));

const smoothed = (target: tf.Tensor, share: number): tf.Tensor => tf.add(tf.mul(target, 1 - share), share / 2);

const weightsOf = (target: tf.Tensor, weights: readonly number[]): tf.Tensor =>
  tf.add(tf.mul(target, tf.sub(tf.tensor1d([...weights]), 1)), 1);
