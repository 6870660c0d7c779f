import * as tf from '@tensorflow/tfjs-core';
import { fused } from '../../../src/learn/backends/tensorflow/kernels.ts';
import { BatchNorm } from '../../../src/learn/models/batch-norm.ts';
import { normal } from '../../learn/backends/on-backend.ts';
import { approximated, exact, type ParityCase, summed } from '../case.ts';

// Kernels that `tensorflow` alone has as one: held against what TensorFlow.js composes of many.

const isHere = (name: string): boolean => tf.getKernel(name, tf.getBackend()) !== undefined;

const logits = () => normal([6, 5], 1) as tf.Tensor2D;
const target = () => tf.tensor1d([0, 4, 2, 2, 1, 3], 'int32');
const truth = () => tf.cast(tf.oneHot(target(), 5), 'float32');

const losses = (): tf.Tensor => tf.neg(tf.sum(tf.mul(truth(), tf.logSoftmax(logits())), 1));
const gradient = (): tf.Tensor => tf.sub(tf.softmax(logits()), truth());
const crossEntropy = (): tf.Tensor[] =>
  isHere(fused.crossEntropy)
    ? tf.engine().runKernel(fused.crossEntropy, { logits: logits(), target: target() })
    : [losses(), gradient()];

const reluGradient = (): tf.Tensor => {
  const [dy, x] = [normal([9, 7], 1), normal([9, 7], 2)];
  return isHere(fused.reluGrad) ? tf.engine().runKernel(fused.reluGrad, { dy, x }) : tf.mul(dy, tf.step(x));
};

const leakyReluGradient = (): tf.Tensor => {
  const [dy, x] = [normal([9, 7], 1), normal([9, 7], 2)];
  return isHere(fused.leakyReluGrad)
    ? tf.engine().runKernel(fused.leakyReluGrad, { dy, x }, { alpha: 0.2 })
    : tf.where(tf.greater(x, 0), dy, tf.mul(dy, 0.2));
};

/** What numbers of a generator have in common: all within [0, 1), the same again, others of another step. */
const uniform = (): tf.Tensor => {
  if (!isHere(fused.statelessUniform)) return tf.tensor1d([1, 1, 0]);
  const draw = (step: number): tf.Tensor =>
    tf.engine().runKernel(fused.statelessUniform, { seed: tf.tensor1d([7, step], 'int32') }, { shape: [1000] });
  const [first, again, other] = [draw(1), draw(1), draw(2)];
  const within = tf.logicalAnd(tf.greaterEqual(first!, 0), tf.less(first!, 1));
  const shares = [within, tf.equal(first!, again!), tf.equal(first!, other!)];
  return tf.stack(shares.map((share) => tf.round(tf.mean(tf.cast(share, 'float32')))));
};

const images = (): tf.Tensor => normal([4, 5, 5, 3], 1);

/** A layer of its own each time, so that its weights are where the backend is. */
const normalized = (x: tf.Tensor): tf.Tensor => new BatchNorm({}).apply(x, { training: true }) as tf.Tensor;

/** By the images: that of their sum would be 0. */
const normalizedGradient = (): tf.Tensor => {
  const dy = normal([4, 5, 5, 3], 2);
  return tf.grad((x) => tf.sum(tf.mul(normalized(x), dy)))(images());
};

export const fusedKernels: readonly ParityCase[] = [
  {
    ...{ kernel: fused.crossEntropy, what: 'losses', tolerance: approximated },
    compute: () => crossEntropy()[0]!,
  },
  {
    ...{ kernel: fused.crossEntropy, what: 'gradient', tolerance: approximated },
    compute: () => crossEntropy()[1]!,
  },
  { ...{ kernel: fused.reluGrad, what: 'numbers', tolerance: exact }, compute: reluGradient },
  { ...{ kernel: fused.leakyReluGrad, what: 'numbers', tolerance: exact }, compute: leakyReluGradient },
  { ...{ kernel: fused.batchNorm, what: 'over the batch', tolerance: summed }, compute: () => normalized(images()) },
  { ...{ kernel: fused.batchNormGrad, what: 'over the batch', tolerance: summed }, compute: normalizedGradient },
  { ...{ kernel: fused.statelessUniform, what: 'a function of its seed', tolerance: exact }, compute: uniform },
];
