import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { layerOf, normsByLayer, normsOf, squaresOf } from '../../../src/learn/training/measures.ts';
import { choices } from '../backends/on-backend.ts';

beforeEach(async () => {
  await startBackend(choices.wasm);
});

test('sums of squares are those of gradients, variables and updates, in the order of the variables', () => {
  const squares = tf.tidy(() =>
    squaresOf({
      variables: { 'a/kernel': tf.tensor2d([[3, 0], [0, 4]]), 'a/bias': tf.zeros([2]), 'b/kernel': tf.tensor1d([12]) }, // biome-ignore format: one line
      gradients: { 'b/kernel': tf.tensor1d([2]), 'a/bias': tf.ones([2]), 'a/kernel': tf.fill([2, 2], 0.5) },
      updates: { 'a/kernel': tf.fill([2, 2], -1), 'a/bias': tf.zeros([2]), 'b/kernel': tf.tensor1d([0]) },
    }).dataSync(),
  ) as Float32Array;
  expect([...squares]).toEqual([1, 2, 4, 25, 0, 144, 4, 0, 0]);
  expect(normsOf(squares)).toEqual({ gradient: Math.sqrt(7), weight: 13, updateRatio: 2 / 13 });
  expect(normsByLayer(squares, ['a/kernel', 'a/bias', 'b/kernel'])).toEqual(
    new Map([
      ['a', { gradient: Math.sqrt(3), weight: 5, updateRatio: 2 / 5 }],
      ['b', { gradient: 2, weight: 12, updateRatio: 0 }],
    ]),
  );
});

test('of weights that are all 0 there is no ratio', () => {
  expect(normsOf(Float32Array.of(1, 0, 1)).updateRatio).toBeNaN();
});

test('a layer is named by its variables, up to the last part', () => {
  expect(layerOf('block_1/conv/kernel')).toBe('block_1/conv');
});
