import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { choices, difference, kernel, normal, on } from '../on-backend.ts';

describe('Sum', () => {
  test.each([
    { shape: [5, 8], axis: [-1] },
    { shape: [3, 4], axis: [] },
  ])('of $shape over $axis, as plain JavaScript', async ({ shape, axis }) => {
    expect(await difference(() => kernel('Sum', { x: normal(shape, 3) }, { axis }))).toBeLessThan(1e-5);
  });

  test('keeps dimensions where asked to, and leaves integers whole', async () => {
    await startBackend(choices.wasm);
    expect(tf.sum(tf.ones([3, 2, 4]), [0, 1], true).shape).toEqual([1, 1, 4]);
    const counts = tf.sum(tf.ones([3, 4], 'int32'), 0);
    expect([counts.dtype, [...counts.dataSync()]]).toEqual(['int32', [3, 3, 3, 3]]);
  });
});

describe('Identity and Cast', () => {
  test('a further reference outlives the first', async () => {
    await startBackend(choices.wasm);
    const first = tf.tensor([1, 2, 3]);
    const references = [tf.clone(first), kernel('Identity', { x: first }), tf.cast(first, 'float32')];
    first.dispose();
    tf.zeros([3]); // Would take the memory if it were free.
    for (const reference of references) expect([...reference.dataSync()]).toEqual([1, 2, 3]);
  });

  test('no tensor is left behind in the heap', async () => {
    await startBackend(choices.wasm);
    const before = tf.backend().numDataIds();
    const x = tf.tensor([1.5, 2.5]);
    tf.dispose([tf.clone(x), tf.cast(x, 'int32'), tf.cast(x, 'float32'), x]);
    expect(tf.backend().numDataIds()).toBe(before);
  });

  test('a cast to another type converts', async () => {
    const compute = () => tf.cast(tf.cast(tf.tensor([1.7, -2.2]), 'int32'), 'float32');
    expect([...(await on('wasm', compute))]).toEqual([1, -2]);
  });
});

test('our kernels leave nothing behind in the heap', async () => {
  await startBackend(choices.wasm);
  const before = tf.backend().numDataIds();
  tf.tidy(() => {
    const x = normal([2, 9, 9, 3], 1) as tf.Tensor4D;
    const filter = normal([3, 3, 3, 5], 2) as tf.Tensor4D;
    const pooled = (input: tf.Tensor, kernelTensor: tf.Tensor) =>
      tf.maxPool(tf.conv2d(input as tf.Tensor4D, kernelTensor as tf.Tensor4D, 1, 'same'), 2, 2, 'same');
    tf.grads((input: tf.Tensor, kernelTensor: tf.Tensor) => tf.sum(pooled(input, kernelTensor)))([x, filter]);
    tf.matMul(tf.ones([4, 3]), tf.ones([4, 2]), true, false);
  });
  expect(tf.backend().numDataIds()).toBe(before);
});
