import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // It registers the gradients of the ops.
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { fused } from '../../../../src/learn/backends/tensorflow/kernels.ts';
import { tensorflow, withTensorflow } from '../../../rig/tensorflow.ts';
import { normal } from '../on-backend.ts';

describe.skipIf(tensorflow === undefined)(withTensorflow('one kernel in place of many'), () => {
  beforeAll(async () => {
    await startBackend(tensorflow!);
  });

  /** With 0 among them, where the two slopes meet. */
  const gradientOf = (compute: (x: tf.Tensor) => tf.Tensor): Float32Array =>
    tf.tidy(() => {
      const x = tf.concat([normal([40], 1), tf.zeros([2])]);
      return tf
        .grad(compute)(x, normal([42], 2))
        .dataSync() as Float32Array;
    });

  test.each([
    [fused.leakyReluGrad, (x: tf.Tensor) => tf.leakyRelu(x, 0.3)],
    [fused.reluGrad, (x: tf.Tensor) => tf.relu(x)],
  ])('%s gives the bits of the gradient of many', (name, compute) => {
    const kernel = tf.getKernel(name, 'tensorflow');
    const one = gradientOf(compute);
    tf.unregisterKernel(name, 'tensorflow');
    try {
      expect(one).toEqual(gradientOf(compute));
    } finally {
      tf.registerKernel(kernel);
    }
    expect(new Set(one).size).toBeGreaterThan(10);
  });
});
