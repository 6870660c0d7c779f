import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { choices, difference, kernel, normal, on, whole } from '../on-backend.ts';

describe('BatchMatMul', () => {
  const sizes = [
    { batch: [], m: 5, k: 7, n: 3 },
    { batch: [1], m: 64, k: 800, n: 10 },
    { batch: [4], m: 3, k: 2, n: 5 },
    { batch: [2, 3], m: 4, k: 6, n: 1 },
  ];
  const transposes = [false, true].flatMap((a) => [false, true].map((b) => ({ a, b })));
  test.each(sizes.flatMap((size) => transposes.map((transposed) => ({ ...size, ...transposed }))))(
    '$batch × [$m, $k] × [$k, $n], transposed: $a and $b, as plain JavaScript to 1e-5',
    async ({ batch, m, k, n, a, b }) => {
      const compute = (): tf.Tensor => {
        const left = normal([...batch, ...(a ? [k, m] : [m, k])], 1);
        const right = normal([...batch, ...(b ? [n, k] : [k, n])], 2);
        return tf.matMul(left, right, a, b);
      };
      expect(await difference(compute)).toBeLessThan(1e-5);
    },
  );
});

describe('MaxPoolGrad', () => {
  const windows = [
    { shape: [2, 26, 26, 16], filterSize: 2, strides: 2, pad: 'valid' as const },
    { shape: [3, 11, 11, 8], filterSize: 2, strides: 2, pad: 'valid' as const },
    { shape: [2, 11, 9, 4], filterSize: 2, strides: 2, pad: 'same' as const },
    { shape: [2, 9, 9, 12], filterSize: 3, strides: 1, pad: 'same' as const },
    {
      shape: [1, 10, 7, 4],
      filterSize: [3, 2] as [number, number],
      strides: [2, 1] as [number, number],
      pad: 'valid' as const,
    },
    { shape: [2, 8, 8, 20], filterSize: 3, strides: 2, pad: 1 },
    { shape: [2, 8, 8, 3], filterSize: 2, strides: 2, pad: 'valid' as const },
    { shape: [1, 4, 4, 4], filterSize: 4, strides: 4, pad: 'valid' as const },
  ];
  test.each(windows)(
    '$shape, window $filterSize, strides $strides, pad $pad: the first maximum gets all, exactly',
    async (one) => {
      const compute = (): tf.Tensor => {
        const attrs = { filterSize: one.filterSize, strides: one.strides, pad: one.pad, dimRoundingMode: 'floor' };
        const input = whole(one.shape, 1);
        const output = kernel('MaxPool', { x: input }, attrs);
        return kernel('MaxPoolGrad', { dy: whole(output.shape, 2), input, output }, attrs);
      };
      expect(await difference(compute)).toBe(0);
    },
  );
});

describe('Sum', () => {
  const cases = [
    { shape: [700, 16], axis: [0] },
    { shape: [4, 13, 13, 32], axis: [0, 1, 2] },
    { shape: [1, 4], axis: [0] },
    { shape: [5, 6, 8], axis: [0] },
    { shape: [5, 6, 7], axis: [0, 1] },
    { shape: [5, 6, 8], axis: [1] },
    { shape: [5, 6, 8], axis: [2, 0] },
    { shape: [5, 8], axis: [-1] },
    { shape: [12], axis: [0] },
    { shape: [3, 4], axis: [] },
  ];
  test.each(cases)('of $shape over $axis, as plain JavaScript to 1e-5', async ({ shape, axis }) => {
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
