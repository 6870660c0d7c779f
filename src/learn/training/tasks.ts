import * as tf from '@tensorflow/tfjs-core';
import { fused } from '../backends/tensorflow/kernels.ts';
import { StageError } from '../error.ts';

/** What a network is trained for: its loss, and what is counted of its outputs beside it. */
export interface Task {
  readonly kind: 'classes' | 'labels' | 'tags' | 'number' | 'numbers' | 'several';
  /** Outputs of the network for a row: units of its head; of several heads, together; of tags, those of all steps. */
  readonly outputs: number;
  /** Name of `score`, divided by the number of examples. */
  readonly scoreName: string;
  /** Share of the truth that all classes get alike, in [0, 1). */
  readonly labelSmoothing: number;
  /**
   * Mean over the batch, weighted where classes have weights or rows have; a scalar with gradients.
   *
   * @param weights what each row counts for, [batch], 0 or more; where all are 0, so is the loss.
   */
  readonly loss: (outputs: tf.Tensor, target: tf.Tensor, weights?: tf.Tensor) => tf.Scalar;
  /** Sum over the batch, a scalar. */
  readonly score: (outputs: tf.Tensor, target: tf.Tensor) => tf.Scalar;
  /** What else is recorded, by its names in the history; absent: nothing. */
  readonly also?: {
    readonly names: readonly string[];
    /** In the order of the names, each summed over the batch. */
    readonly values: (outputs: tf.Tensor, target: tf.Tensor, weights?: tf.Tensor) => readonly tf.Scalar[];
  };
}

/**
 * @param weights what a row of each class counts for, [classes], above 0; absent: all alike.
 * @param labelSmoothing share of the truth that all classes get alike, in [0, 1).
 * @throws StageError where labels are to be smoothed and there are none.
 */
export const taskOf = (classes: readonly string[] | null, weights?: readonly number[], labelSmoothing = 0): Task => {
  if (classes !== null) return predictClasses(classes.length, weights, labelSmoothing);
  if (labelSmoothing === 0) return predictNumber;
  throw new StageError('label_smoothing is for classes, and the target is a number', 'leave it out');
};

/**
 * loss = −mean log softmax(z)[y], from logits z [batch, classes] and class indices y [batch] (int32), in nats.
 * With weights w it is the weighted mean, −Σ w log softmax(z)[y] / Σ w; a row's w is its own times that of its class.
 * score: how many of the greatest logits are those of y.
 *
 * For distributions p [batch, classes] in place of indices, as mixup makes them: loss = −mean Σ p log softmax(z), and
 * y is the class of the greatest p, the first of them.
 *
 * With label smoothing s, (1 − s) · p + s / classes stands for p; weights and score go by p itself.
 *
 * @see C. Szegedy et al.: Rethinking the Inception Architecture for Computer Vision, CVPR 2016 (label smoothing).
 */
const predictClasses = (classes: number, weights: readonly number[] | undefined, labelSmoothing: number): Task => ({
  kind: 'classes',
  outputs: classes,
  scoreName: 'accuracy',
  labelSmoothing,
  loss: (logits, target, own) => {
    const losses = lossesByRow(
      logits,
      labelSmoothing === 0 ? target : smoothedTruth(target, classes, labelSmoothing),
      classes,
    );
    return meanOf(losses, weights === undefined ? own : times(weightsOfTruth(target, weights), own));
  },
  score: (logits, target) => {
    const truth = isDistribution(target) ? tf.argMax(target, 1) : target;
    return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), truth), 'float32'));
  },
});

/** Classes as distributions, a share of each being that of all alike. */
export const smoothedTruth = (target: tf.Tensor, classes: number, share: number): tf.Tensor =>
  tf.add(tf.mul(truthOf(target, classes), 1 - share), share / classes);

const isDistribution = (target: tf.Tensor): boolean => target.rank === 2;

/** Cross entropy of each row, [rows], from logits [rows, classes] and classes [rows], or distributions. */
export const lossesByRow = (logits: tf.Tensor, target: tf.Tensor, classes: number): tf.Tensor => {
  const isFused = tf.getKernel(fused.crossEntropy, tf.getBackend()) !== undefined;
  if (isFused && !isDistribution(target)) return fusedCrossEntropy(target)(logits);
  return tf.neg(tf.sum(tf.mul(truthOf(target, classes), tf.logSoftmax(logits)), 1));
};

/** As distributions. Asked for float32, the wasm backend's OneHot would still write the bits of integers. */
const truthOf = (target: tf.Tensor, classes: number): tf.Tensor =>
  isDistribution(target) ? target : tf.cast(tf.oneHot(target as tf.Tensor1D, classes), 'float32');

/** By row, the weight of its class; of a mixture, that of its classes in proportion. */
export const weightsOfTruth = (target: tf.Tensor, weights: readonly number[]): tf.Tensor =>
  tf.sum(tf.mul(truthOf(target, weights.length), tf.tensor1d([...weights])), 1);

const times = (weights: tf.Tensor, others: tf.Tensor | undefined): tf.Tensor =>
  others === undefined ? weights : tf.mul(weights, others);

/** Mean of values, weighted where they have weights of their shape. */
export const meanOf = (values: tf.Tensor, weights: tf.Tensor | undefined): tf.Scalar =>
  weights === undefined
    ? tf.mean(values)
    : tf.div(tf.sum(tf.mul(values, weights)), tf.maximum(tf.sum(weights), leastWeight));

/** A batch in which nothing counts has the loss 0, and moves nothing. */
const leastWeight = 1e-30;

/** Loss by row, and its gradient with it in one go. */
const fusedCrossEntropy = (target: tf.Tensor) =>
  tf.customGrad((logits, save) => {
    const [value, gradient] = tf.engine().runKernel(fused.crossEntropy, {
      logits: logits as tf.Tensor,
      target,
    }) as unknown as [tf.Tensor, tf.Tensor];
    (save as tf.GradSaveFunc)([gradient]);
    return { value, gradFunc: (dy, [kept]) => tf.mul(tf.expandDims(dy, 1), kept!) };
  });

/** loss = mean (ŷ − y)², weighted where rows are; score = Σ |ŷ − y|; for values ŷ [batch, 1] and y [batch]. */
const predictNumber: Task = {
  kind: 'number',
  outputs: 1,
  scoreName: 'mae',
  labelSmoothing: 0,
  loss: (values, target, weights) => meanOf(tf.square(errors(values, target)), weights),
  score: (values, target) => tf.sum(tf.abs(errors(values, target))),
};

/** The same of a tensor of numbers for each row: means over its elements, for values ŷ and y [batch, width]. */
export const predictNumbers = (width: number): Task => ({
  ...{ kind: 'numbers', outputs: width, scoreName: 'mae', labelSmoothing: 0 },
  loss: (values, target, weights) => meanOf(tf.mean(tf.square(errors(values, target)), 1), weights),
  score: (values, target) => tf.sum(tf.mean(tf.abs(errors(values, target)), 1)),
});

const errors = (values: tf.Tensor, target: tf.Tensor): tf.Tensor => tf.sub(tf.reshape(values, target.shape), target);
