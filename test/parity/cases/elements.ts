import * as tf from '@tensorflow/tfjs-core';
import { normal, whole } from '../../learn/backends/on-backend.ts';
import { approximated, exact, type ParityCase, rounded, type Tolerance } from '../case.ts';

/** Zeros of both signs, infinities, and numbers. */
const numbers = (): tf.Tensor => tf.concat([tf.tensor1d([0, -0, 1, -1, 3.5]), tf.reshape(normal([5, 51], 1), [-1])]);
const positive = (): tf.Tensor => tf.add(tf.abs(normal([5, 51], 2)), 0.1);
const withNaN = (): tf.Tensor => tf.concat([tf.tensor1d([Number.NaN]), tf.reshape(normal([5, 51], 3), [-1])]);

const unary = (kernel: string, compute: () => tf.Tensor, tolerance: Tolerance): ParityCase => ({
  ...{ kernel, what: 'numbers', compute, tolerance },
});

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Of shapes as biases, scalars and wholes have them; large ones, which threads share. */
const shapes = [
  { a: [7, 9], b: [7, 9] },
  { a: [7, 9], b: [9] },
  { a: [7, 9], b: [] },
  { a: [], b: [7, 9] },
  { a: [2, 5, 5, 4], b: [4] },
  { a: [3, 1, 4], b: [2, 1] },
  { a: [90, 80, 80], b: [90, 80, 80] },
  { a: [90, 80, 80], b: [80] },
];

const binary = (kernel: string, compute: Binary, tolerance: Tolerance): readonly ParityCase[] =>
  shapes.map(({ a, b }) => ({
    ...{ kernel, what: `[${a}] and [${b}]`, tolerance },
    compute: () => compute(normal(a, 1), normal(b, 2)),
  }));

const large = () => normal([90, 80, 80], 4);

export const elements: readonly ParityCase[] = [
  unary('Abs', () => tf.abs(numbers()), exact),
  unary('Sign', () => tf.sign(numbers()), exact),
  unary('ClipByValue', () => tf.clipByValue(numbers(), -0.5, 0.75), exact),
  unary('Neg', () => tf.neg(numbers()), exact),
  unary('Square', () => tf.square(numbers()), exact),
  unary('Relu', () => tf.relu(numbers()), exact),
  { ...unary('Relu', () => tf.relu(large()), exact), what: 'many numbers' },
  unary('Step', () => tf.step(numbers()), exact),
  { ...unary('Step', () => tf.step(numbers(), 0.5), exact), what: 'numbers, with a slope' },
  { ...unary('Step', () => tf.step(large()), exact), what: 'many numbers' },
  unary('Sqrt', () => tf.sqrt(positive()), rounded),
  unary('Exp', () => tf.exp(numbers()), approximated),
  unary('Log', () => tf.log(positive()), approximated),
  unary('Identity', () => tf.clone(numbers()), exact),
  unary('Reshape', () => tf.reshape(numbers(), [26, 10]), exact),
  unary('ZerosLike', () => tf.zerosLike(numbers()), exact),
  unary('Fill', () => tf.fill([3, 4], 2.5), exact),
  { ...unary('Cast', () => tf.cast(tf.cast(numbers(), 'int32'), 'float32'), exact), what: 'towards zero' },
  { ...unary('Cast', () => tf.cast(tf.greater(numbers(), 0), 'float32'), exact), what: 'of truth' },
  unary('IsNan', () => tf.cast(tf.isNaN(withNaN()), 'float32'), exact),
  ...binary('Add', tf.add, exact),
  ...binary('Sub', tf.sub, exact),
  ...binary('Multiply', tf.mul, exact),
  ...binary('Maximum', tf.maximum, exact),
  ...binary('Minimum', tf.minimum, exact),
  ...binary('RealDiv', (a, b) => tf.div(a, tf.add(tf.abs(b), 0.1)), rounded),
  ...binary('Greater', (a, b) => tf.cast(tf.greater(a, b), 'float32'), exact),
  ...binary('GreaterEqual', (a, b) => tf.cast(tf.greaterEqual(a, b), 'float32'), exact),
  unary('ExpandDims', () => tf.expandDims(numbers(), 1), exact),
  unary('Pack', () => tf.stack([numbers(), tf.neg(numbers())]), exact),
  {
    ...{ kernel: 'Equal', what: 'of integers', tolerance: exact },
    compute: () => tf.cast(tf.equal(tf.cast(whole([50], 1), 'int32'), tf.cast(whole([50], 2), 'int32')), 'float32'),
  },
  {
    ...{ kernel: 'Select', what: 'by truth', tolerance: exact },
    compute: () => tf.where(tf.greater(normal([60], 1), 0), normal([60], 2), normal([60], 3)),
  },
  {
    ...{ kernel: 'OneHot', what: 'of classes', tolerance: exact },
    compute: () => tf.cast(tf.oneHot(tf.tensor1d([2, 0, 4, 1], 'int32'), 5), 'float32'),
  },
];
