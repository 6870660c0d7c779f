import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { StageError } from '../../../src/learn/error.ts';
import { choices } from './on-backend.ts';

describe('startBackend', () => {
  test.each(['wasm', 'cpu'] as const)('%s is TensorFlow.js’s own backend once started', async (name) => {
    expect(await startBackend(choices[name])).toEqual({ name, version: '4.22.0', device: 'cpu', threads: 1 });
    expect(tf.getBackend()).toBe(name);
  });

  test('starting twice registers no kernel twice', async () => {
    await startBackend(choices.wasm);
    const kernels = tf.getKernelsForBackend('wasm');
    await startBackend(choices.wasm);
    expect(tf.getKernelsForBackend('wasm')).toEqual(kernels);
  });

  test('another version than the resolved one is refused', async () => {
    await expect(startBackend({ ...choices.wasm, version: '4.21.0' })).rejects.toThrow(StageError);
  });

  test('threads that it does not have are refused, not dropped', async () => {
    await expect(startBackend({ ...choices.wasm, threads: 2 })).rejects.toThrow('resolved with 2 threads, and has 1');
  });

  test('wasm has a kernel of ours for what it lacks', async () => {
    await startBackend(choices.wasm);
    expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBeDefined();
  });
});
