import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../../src/learn/backends/bridge.ts';
import { choices, difference, normal } from './on-backend.ts';

beforeEach(async () => {
  await startBackend(choices.wasm);
});

/** The gradient of a lookup, as an embedding has it: `UnsortedSegmentSum`, which wasm lacks. */
const lookupGradient = (): tf.Tensor =>
  tf.grad((table) => tf.sum(tf.square(tf.gather(table, tf.tensor1d([2, 0, 2], 'int32')))))(normal([4, 3], 1));

const depthwiseGradients = (): tf.Tensor => {
  const x = normal([2, 6, 6, 3], 1) as tf.Tensor4D;
  const filter = normal([3, 3, 3, 2], 2) as tf.Tensor4D;
  const convolve = (input: tf.Tensor, weights: tf.Tensor) =>
    tf.sum(tf.square(tf.depthwiseConv2d(input as tf.Tensor4D, weights as tf.Tensor4D, 1, 'same')));
  const [dx, dw] = tf.grads(convolve)([x, filter]);
  return tf.concat([tf.reshape(dx!, [-1]), tf.reshape(dw!, [-1])]);
};

describe('bridgeMissingKernels', () => {
  test('names nothing where nothing is missing, and loads no other backend', async () => {
    expect(await bridgeMissingKernels(() => tf.tidy(() => void tf.add(1, 2)))).toEqual([]);
  });

  test('bridges a missing kernel, names it once, and gives plain JavaScript’s numbers', async () => {
    // Wasm has one of ours: without it, it is missing as others are.
    const own = tf.getKernel('UnsortedSegmentSum', 'wasm');
    tf.unregisterKernel('UnsortedSegmentSum', 'wasm');
    expect(await bridgeMissingKernels(() => tf.tidy(() => void lookupGradient()))).toEqual(['UnsortedSegmentSum']);
    expect(await bridgeMissingKernels(() => tf.tidy(() => void lookupGradient()))).toEqual([]);
    expect(await difference(lookupGradient)).toBe(0);
    tf.unregisterKernel('UnsortedSegmentSum', 'wasm');
    tf.registerKernel(own);
  });

  test('bridges several, gradients included', async () => {
    const bridged = await bridgeMissingKernels(() => tf.tidy(() => void depthwiseGradients()));
    expect([...bridged].sort()).toEqual(['DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNativeBackpropInput']);
    expect(await difference(depthwiseGradients)).toBeLessThan(1e-5);
  });

  test('leaves no tensor behind on either backend', async () => {
    await bridgeMissingKernels(() => tf.tidy(() => void lookupGradient()));
    const stores = [tf.backend(), tf.engine().findBackend('cpu')];
    const before = stores.map((store) => store.numDataIds());
    tf.tidy(() => void lookupGradient());
    expect(stores.map((store) => store.numDataIds())).toEqual(before);
  });

  test('fails by name where no backend has the kernel', async () => {
    const step = () => void tf.engine().runKernel('NoSuchKernel', {}, {});
    await expect(bridgeMissingKernels(step)).rejects.toThrow('backend wasm lacks the kernel NoSuchKernel');
  });

  test('an error of the step itself comes out as it is', async () => {
    const step = () => void tf.matMul(tf.ones([2, 3]), tf.ones([2, 3]));
    await expect(bridgeMissingKernels(step)).rejects.toThrow('inner shapes');
  });
});
