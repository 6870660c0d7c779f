import * as tf from '@tensorflow/tfjs-core';
import { fused } from '../backends/tensorflow/kernels.ts';

/** What a network is trained for: its loss, and what is counted of its outputs beside it. */
export interface Task {
  readonly kind: 'classes' | 'number';
  /** Units of the network's head. */
  readonly outputs: number;
  /** Name of `score`, divided by the number of examples. */
  readonly scoreName: 'accuracy' | 'mae';
  /** Mean over the batch, a scalar with gradients. */
  readonly loss: (outputs: tf.Tensor, target: tf.Tensor) => tf.Scalar;
  /** Sum over the batch, a scalar. */
  readonly score: (outputs: tf.Tensor, target: tf.Tensor) => tf.Scalar;
}

export const taskOf = (classes: readonly string[] | null): Task =>
  classes === null ? predictNumber : predictClasses(classes.length);

/**
 * loss = −mean log softmax(z)[y], from logits z [batch, classes] and class indices y [batch] (int32), in nats.
 * score: how many of the greatest logits are those of y.
 *
 * For distributions p [batch, classes] in place of indices, as mixup makes them: loss = −mean Σ p log softmax(z), and
 * y is the class of the greatest p, the first of them.
 */
const predictClasses = (classes: number): Task => ({
  kind: 'classes',
  outputs: classes,
  scoreName: 'accuracy',
  loss: (logits, target) => {
    if (isDistribution(target)) return softCrossEntropy(logits, target);
    return tf.getKernel(fused.crossEntropy, tf.getBackend()) === undefined
      ? composedCrossEntropy(logits, target, classes)
      : tf.mean(fusedCrossEntropy(target)(logits));
  },
  score: (logits, target) => {
    const truth = isDistribution(target) ? tf.argMax(target, 1) : target;
    return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), truth), 'float32'));
  },
});

const isDistribution = (target: tf.Tensor): boolean => target.rank === 2;

const composedCrossEntropy = (logits: tf.Tensor, target: tf.Tensor, classes: number): tf.Scalar =>
  // Asked for float32, the wasm backend's OneHot would still write the bits of integers.
  softCrossEntropy(logits, tf.cast(tf.oneHot(target as tf.Tensor1D, classes), 'float32'));

const softCrossEntropy = (logits: tf.Tensor, truth: tf.Tensor): tf.Scalar =>
  tf.neg(tf.mean(tf.sum(tf.mul(truth, tf.logSoftmax(logits)), 1)));

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

/** loss = mean (ŷ − y)²; score = Σ |ŷ − y|; for values ŷ [batch, 1] and y [batch]. */
const predictNumber: Task = {
  kind: 'number',
  outputs: 1,
  scoreName: 'mae',
  loss: (values, target) => tf.mean(tf.square(errors(values, target))),
  score: (values, target) => tf.sum(tf.abs(errors(values, target))),
};

const errors = (values: tf.Tensor, target: tf.Tensor): tf.Tensor => tf.sub(tf.reshape(values, target.shape), target);
