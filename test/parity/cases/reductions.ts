import * as tf from '@tensorflow/tfjs-core';
import { kernel, normal, whole } from '../../learn/backends/on-backend.ts';
import { exact, type ParityCase, summed } from '../case.ts';

const sums: readonly ParityCase[] = [
  { shape: [700, 16], axis: [0] },
  { shape: [4, 13, 13, 32], axis: [0, 1, 2] },
  { shape: [1, 4], axis: [0] },
  { shape: [5, 6, 8], axis: [0] },
  { shape: [5, 6, 7], axis: [0, 1] },
  { shape: [5, 6, 8], axis: [1] },
  { shape: [5, 6, 8], axis: [2, 0] },
  { shape: [5, 8], axis: [1] },
  { shape: [12], axis: [0] },
  { shape: [9000, 72], axis: [0] },
].map(({ shape, axis }) => ({
  ...{ kernel: 'Sum', what: `of [${shape}] over [${axis}]`, tolerance: summed },
  compute: () => kernel('Sum', { x: normal(shape, 3) }, { axis, keepDims: false }),
}));

export const reductions: readonly ParityCase[] = [
  ...sums,
  {
    ...{ kernel: 'Mean', what: 'of a batch’s losses', tolerance: summed },
    compute: () => tf.mean(normal([128], 1)),
  },
  {
    ...{ kernel: 'Mean', what: 'over an axis', tolerance: summed },
    compute: () => tf.mean(normal([16, 33], 1), 1),
  },
  { ...{ kernel: 'Max', what: 'of rows', tolerance: exact }, compute: () => tf.max(normal([16, 10], 1), 1, true) },
  {
    ...{ kernel: 'ArgMax', what: 'the first of equal ones', tolerance: exact },
    compute: () => tf.cast(tf.argMax(whole([40, 10], 1), 1), 'float32'),
  },
];
