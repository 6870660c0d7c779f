import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { StageError } from '../../../../src/learn/error.ts';
import { makeOptimizer } from '../../../../src/learn/training/optimizers/make.ts';
import { scalarsOf } from '../../../../src/learn/training/transforms.ts';
import { choices } from '../../backends/on-backend.ts';
import { optimizerParams, type SomeOptimizer } from '../defaults.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

describe('closed forms', () => {
  const reached = (params: SomeOptimizer, steps: number, gradient: number): number => {
    const { peak, transform } = makeOptimizer(optimizerParams(params));
    let value = 0;
    let state = transform.init({ x: tf.scalar(0) }, {});
    for (let step = 0; step < steps; step += 1) {
      const numbers = scalarsOf(transform.numbers({ step, rate: peak }));
      const given = { numbers, variables: { x: tf.scalar(value) }, statistics: {} };
      const { updates, state: next } = transform.update({ x: tf.scalar(gradient) }, state, given);
      value += updates['x']!.dataSync()[0]!;
      state = next;
    }
    return value;
  };

  test('sgd: −rate · g a step', () => {
    expect(reached({ name: 'sgd', rate: 0.1 }, 5, 2)).toBeCloseTo(-1, 6);
  });

  test('momentum: −rate · g · Σ (1 − μᵏ) / (1 − μ), k from 1', () => {
    const expected = [1, 2, 3, 4].reduce((sum, k) => sum - (0.1 * 2 * (1 - 0.5 ** k)) / 0.5, 0);
    expect(reached({ name: 'sgd', rate: 0.1, momentum: 0.5 }, 4, 2)).toBeCloseTo(expected, 6);
  });

  test('adam: −rate a step under a constant gradient, whatever its size', () => {
    // To 1e-5, as in Keras: float32 has not more of 1 − 0.999.
    expect(reached({ name: 'adam', rate: 0.01 }, 10, 1000)).toBeCloseTo(-0.1, 5);
    expect(reached({ name: 'adam', rate: 0.01 }, 10, -50)).toBeCloseTo(0.1, 5);
  });

  test('lion: the rate a step, by the sign alone', () => {
    expect(reached({ name: 'lion', rate: 0.01 }, 7, 1e-4)).toBeCloseTo(-0.07, 6);
  });

  test('adagrad from 0: −rate · g · Σ 1 / √(k g²), k from 1', () => {
    const expected = [1, 2, 3, 4].reduce((sum, k) => sum - 0.1 / Math.sqrt(k), 0);
    expect(reached({ name: 'adagrad', rate: 0.1, initial_accumulator_value: 0 }, 4, 20)).toBeCloseTo(expected, 5);
  });

  test('a global norm scales what is too long, and leaves what is not', () => {
    expect(reached({ name: 'sgd', rate: 1, clip: { global_norm: 0.5 } }, 3, 20)).toBeCloseTo(-1.5, 6);
    expect(reached({ name: 'sgd', rate: 1, clip: { global_norm: 0.5 } }, 3, 0.25)).toBeCloseTo(-0.75, 6);
    expect(reached({ name: 'sgd', rate: 1, clip: { global_norm: 0.5 } }, 3, 0)).toBe(0);
  });

  test('accumulated, n batches are a step; those that are left make none', () => {
    expect(reached({ name: 'adam', rate: 0.01, accumulate: 4 }, 11, 3)).toBeCloseTo(-0.02, 6);
    expect(reached({ name: 'sgd', rate: 0.1, accumulate: 4 }, 8, 3)).toBeCloseTo(-0.6, 6);
  });

  test('lookahead halves the way of each k steps', () => {
    expect(reached({ name: 'sgd', rate: 0.1, lookahead: { k: 4, alpha: 0.5 } }, 8, 1)).toBeCloseTo(-0.4, 6);
    expect(reached({ name: 'sgd', rate: 0.1, lookahead: { k: 4, alpha: 0.5 } }, 10, 1)).toBeCloseTo(-0.6, 6);
  });
});

test('state is keyed by variable, so that one more variable leaves the others’ alone', () => {
  const { transform } = makeOptimizer(optimizerParams({ name: 'adam' }));
  expect(Object.keys(transform.init({ 'dense_1/kernel': tf.ones([2, 2]) }, {})).sort()).toEqual([
    'adam/m/dense_1/kernel',
    'adam/v/dense_1/kernel',
  ]);
});

test('Nesterov’s look ahead without a momentum is a mistake', () => {
  expect(() => makeOptimizer(optimizerParams({ name: 'sgd', nesterov: true }))).toThrow(StageError);
});

describe('mistakes', () => {
  test('of two bounds for the gradients one has to go', () => {
    const both = optimizerParams({ name: 'adam', clip: { value: 1, norm: 2 } as never });
    expect(() => makeOptimizer(both)).toThrow(/optimizer\.clip has value and norm: one bound alone\nhint: one of/);
  });

  test('an exclusion that excludes nothing is named, with the variables', () => {
    const { transform } = makeOptimizer(optimizerParams({ name: 'adamw', exclude: ['bias', 'gama'] }));
    const variables = { 'norm_1/gamma': tf.ones([2]), 'head/bias': tf.ones([2]) };
    expect(() => transform.init(variables, {})).toThrow(
      /optimizer\.exclude has "gama", and no variable of the network is called that\nhint: its variables are norm_1\/gamma, head\/bias/,
    );
  });

  test('what is usually excluded need not be there', () => {
    const { transform } = makeOptimizer(optimizerParams({ name: 'adamw' }));
    expect(transform.init({ 'head/kernel': tf.ones([2]) }, {})).toHaveProperty(['adam/m/head/kernel']);
  });
});

test.each([
  [['kernel'], [1, 0.99, 0.99]],
  [['head'], [0.99, 1, 1]],
  [
    ['conv/kernel', 'head/bias'],
    [1, 0.99, 1],
  ],
  [[], [0.99, 0.99, 0.99]],
] as const)('decay leaves alone %j', (exclude, expected) => {
  const params = { name: 'sgd', rate: 0.1, weight_decay: 0.1, exclude } as const;
  const { transform } = makeOptimizer(optimizerParams(params));
  const variables = { 'conv/kernel': tf.ones([1]), 'head/weight': tf.ones([1]), 'head/bias': tf.ones([1]) };
  const zeros = Object.fromEntries(Object.keys(variables).map((name) => [name, tf.zeros([1])]));
  const numbers = scalarsOf(transform.numbers({ step: 0, rate: 0.1 }));
  const { updates } = transform.update(zeros, transform.init(variables, {}), { numbers, variables, statistics: {} });
  const found = Object.keys(variables).map((name) => 1 + updates[name]!.dataSync()[0]!);
  found.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at]!, 6);
  });
});
