import * as tf from '@tensorflow/tfjs-core';
import { kernel, normal, whole } from '../../learn/backends/on-backend.ts';
import { approximated, exact, type ParityCase, summed } from '../case.ts';

// What layers of sequences reach: embeddings and their gradient, places taken apart and put together, gates, attention.

const ids = (count: number): tf.Tensor => tf.cast(whole([count], 4), 'int32');
const mask = (shape: readonly number[]): tf.Tensor => tf.notEqual(whole(shape, 1), 0);
const positive = (shape: readonly number[]): tf.Tensor => tf.add(tf.abs(normal(shape, 2)), 0.1);

/** The parts of a result of several tensors, as one. */
const parts = (results: tf.Tensor | tf.Tensor[]): tf.Tensor =>
  tf.concat([results].flat().map((each) => tf.reshape(each as tf.Tensor, [-1])));

const sums: readonly ParityCase[] = [
  { what: 'rows of the same id together', rows: 30, width: 5 },
  { what: 'of one row', rows: 1, width: 3 },
].map(({ what, rows, width }) => ({
  ...{ kernel: 'UnsortedSegmentSum', what, tolerance: summed },
  compute: () => tf.unsortedSegmentSum(normal([rows, width], 1), ids(rows) as tf.Tensor1D, 6),
}));

export const sequences: readonly ParityCase[] = [
  ...sums,
  {
    ...{ kernel: 'GatherV2', what: 'rows by their ids', tolerance: exact },
    compute: () => tf.gather(normal([4, 7], 1), ids(20)),
  },
  {
    ...{ kernel: 'NotEqual', what: 'a mask of ids', tolerance: exact },
    compute: () => tf.cast(mask([6, 5]), 'float32'),
  },
  {
    ...{ kernel: 'Unpack', what: 'the places of a sequence', tolerance: exact },
    compute: () => parts(tf.unstack(normal([3, 5, 4], 1), 1)),
  },
  {
    ...{ kernel: 'SplitV', what: 'gates', tolerance: exact },
    compute: () => parts(tf.split(normal([6, 12], 1), 4, 1)),
  },
  {
    ...{ kernel: 'SplitV', what: 'into parts of other sizes', tolerance: exact },
    compute: () => parts(tf.split(normal([6, 9], 1), [6, 3], 1)),
  },
  {
    ...{ kernel: 'Concat', what: 'side by side', tolerance: exact },
    compute: () => tf.concat([normal([6, 3], 1), normal([6, 5], 2)], 1),
  },
  {
    ...{ kernel: 'Reverse', what: 'a sequence from its end', tolerance: exact },
    compute: () => tf.reverse(normal([3, 5, 4], 1), 1),
  },
  {
    ...{ kernel: 'Slice', what: 'the first rows', tolerance: exact },
    compute: () => tf.slice(normal([9, 4], 1), [0, 0], [5, 4]),
  },
  {
    ...{ kernel: 'PadV2', what: 'the gradient of a slice', tolerance: exact },
    compute: () => tf.pad(normal([5, 4], 1), [[0, 4], [0, 0]]), // biome-ignore format: one line
  },
  {
    ...{ kernel: 'StridedSlice', what: 'a pixel at each step', tolerance: exact },
    compute: () => tf.stridedSlice(normal([2, 7, 6, 3], 1), [0, 0, 0, 0], [2, 7, 6, 3], [1, 2, 2, 1]),
  },
  {
    ...{ kernel: 'Transpose', what: 'heads before places', tolerance: exact },
    compute: () => tf.transpose(normal([2, 5, 3, 4], 1), [0, 2, 1, 3]),
  },
  {
    ...{ kernel: 'Transpose', what: 'a mask of whole numbers', tolerance: exact },
    compute: () => tf.cast(tf.transpose(tf.cast(mask([3, 5, 4]), 'int32'), [0, 2, 1]), 'float32'),
  },
  {
    ...{ kernel: 'Sum', what: 'the places of a mask', tolerance: exact },
    compute: () => tf.sum(tf.cast(mask([2, 6, 1]), 'float32'), 1),
  },
  { ...{ kernel: 'Tanh', what: 'numbers', tolerance: approximated }, compute: () => tf.tanh(normal([9, 7], 1)) },
  { ...{ kernel: 'Sigmoid', what: 'numbers', tolerance: approximated }, compute: () => tf.sigmoid(normal([9, 7], 1)) },
  {
    ...{ kernel: 'Erf', what: 'numbers', tolerance: approximated },
    compute: () => tf.erf(normal([9, 7], 1)),
  },
  {
    ...{ kernel: 'Softmax', what: 'shares of attention, some hidden', tolerance: summed },
    compute: () => tf.softmax(tf.add(normal([2, 3, 5, 5], 1), tf.mul(whole([2, 1, 1, 5], 2), -1e9))),
  },
  { ...{ kernel: 'Rsqrt', what: 'numbers', tolerance: approximated }, compute: () => tf.rsqrt(positive([9, 7])) },
  {
    ...{ kernel: 'Pow', what: 'to 1.5, as the gradient of a root takes it', tolerance: approximated },
    compute: () => tf.pow(positive([9, 7]), tf.scalar(1.5)),
  },
  {
    ...{ kernel: 'Maximum', what: 'at least 1', tolerance: exact },
    compute: () => tf.maximum(whole([9, 1], 1), 1),
  },
  {
    ...{ kernel: 'FusedBatchNorm', what: 'by moving statistics', tolerance: summed },
    compute: () =>
      kernel(
        'FusedBatchNorm',
        {
          ...{ x: normal([4, 3, 3, 8], 1), mean: normal([8], 2), variance: positive([8]) },
          ...{ offset: normal([8], 3), scale: normal([8], 4) },
        },
        { varianceEpsilon: 1e-3 },
      ),
  },
];
