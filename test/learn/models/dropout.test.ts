import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { dropoutMask, SeededDropout } from '../../../src/learn/models/dropout.ts';
import { choices } from '../backends/on-backend.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

const masked = (step: number, options: { name?: string; seed?: number; training?: boolean } = {}): number[] => {
  const { name = 'dropout_dense_1', seed = 3, training = true } = options;
  const layer = new SeededDropout({ rate: 0.25, source: { seed, step }, name });
  return [...(layer.apply(tf.ones([40, 50]), { training }) as tf.Tensor).dataSync()];
};

describe('SeededDropout', () => {
  test('drops its share, and scales the rest so that the mean stays', () => {
    const values = masked(0);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    const dropped = values.filter((value) => value === 0).length / values.length;
    expect(Math.abs(dropped - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / values.length));
  });

  test('drops others in each step, layer and seed, and the same in the same', () => {
    expect(masked(1)).toEqual(masked(1));
    for (const other of [masked(2), masked(1, { name: 'dropout_dense_2' }), masked(1, { seed: 4 })]) {
      expect(other).not.toEqual(masked(1));
    }
  });

  test('does nothing but while training', () => {
    expect(masked(1, { training: false })).toEqual(new Array(2000).fill(1));
  });

  test('is saved as a plain Dropout layer', () => {
    const layer = new SeededDropout({ rate: 0.25, source: { seed: 1, step: 0 }, name: 'dropout_flatten' });
    expect(layer.getClassName()).toBe('Dropout');
    expect(layer.getConfig()).toMatchObject({ rate: 0.25, name: 'dropout_flatten' });
  });
});

test('a mask of seed 0 is a mask like any other', () => {
  expect(dropoutMask(100, 0.5, 0)).not.toEqual(dropoutMask(100, 0.5, 1));
});
