import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { StageError } from '../../../src/learn/error.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers.ts';
import { scalarsOf, type Tensors } from '../../../src/learn/training/transforms.ts';
import { choices } from '../backends/on-backend.ts';
import { optimizerParams, type SomeOptimizer } from './defaults.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

/**
 * Keras 3.15.1 (jax), float32: variables w = [1, -2, 0.5] and b = [0.25], gradients [1, 0.1, 10] · w + sin t and
 * 2 · b − cos t in step t from 0; w and b after 1, 2 and 20 steps of `optimizer.apply`.
 */
const keras: readonly {
  readonly params: SomeOptimizer;
  readonly after: Readonly<Record<number, readonly number[]>>;
}[] = [
  {
    params: { name: 'sgd' },
    after: {
      1: [0.9900000095367432, -1.9980000257492065, 0.44999998807907104, 0.2549999952316284],
      2: [0.9716852903366089, -2.0044167041778564, 0.39658528566360474, 0.2553030252456665],
      20: [0.8186286091804504, -1.9610599279403687, 0.06758834421634674, 0.17669035494327545],
    },
  },
  {
    params: { name: 'sgd', momentum: 0.9 },
    after: {
      1: [0.9900000095367432, -1.9980000257492065, 0.44999998807907104, 0.2549999952316284],
      2: [0.9626852869987488, -2.0026166439056396, 0.3515852689743042, 0.25980302691459656],
      20: [0.09111812710762024, -1.8300827741622925, 0.18228541314601898, -0.06999962776899338],
    },
  },
  {
    params: { name: 'sgd', momentum: 0.9, nesterov: true },
    after: {
      1: [0.9810000061988831, -1.9961999654769897, 0.4050000011920929, 0.25949999690055847],
      2: [0.9382730722427368, -2.006775140762329, 0.2715620696544647, 0.2639547288417816],
      20: [0.10006734728813171, -1.8092660903930664, 0.07855749130249023, -0.0496576763689518],
    },
  },
  {
    params: { name: 'adam', rate: 0.01 },
    after: {
      1: [0.9900001287460327, -1.9900002479553223, 0.49000006914138794, 0.2599998712539673],
      2: [0.9802584052085876, -1.995114803314209, 0.4799880087375641, 0.2669968903064728],
      20: [0.8359922766685486, -1.9699925184249878, 0.30945757031440735, 0.1713869422674179],
    },
  },
  {
    params: { name: 'adam', rate: 0.05, beta_1: 0.8, beta_2: 0.95, epsilon: 1e-3 },
    after: {
      1: [0.9502226114273071, -1.9510935544967651, 0.4500446915626526, 0.29955676198005676],
      2: [0.9010422229766846, -1.9788540601730347, 0.39996179938316345, 0.32627448439598083],
      20: [0.32881349325180054, -1.8237472772598267, -0.04918860271573067, -0.015463516116142273],
    },
  },
];

describe.each(keras)('$params', ({ params, after }) => {
  test('20 steps are Keras’s, to 2e-6', () => {
    const { peak, transform } = makeOptimizer(optimizerParams(params));
    let variables: Tensors = { w: tf.tensor([1, -2, 0.5]), b: tf.tensor([0.25]) };
    let state = transform.init(variables);
    for (let step = 0; step < 20; step += 1) {
      const gradients = {
        w: tf.add(tf.mul(variables['w']!, [1, 0.1, 10]), Math.sin(step)),
        b: tf.sub(tf.mul(variables['b']!, 2), Math.cos(step)),
      };
      const moved = transform.update(gradients, state, scalarsOf(transform.numbers({ step, rate: peak })));
      state = moved.state;
      variables = { w: tf.add(variables['w']!, moved.updates['w']!), b: tf.add(variables['b']!, moved.updates['b']!) };
      const expected = after[step + 1];
      const values = [...variables['w']!.dataSync(), ...variables['b']!.dataSync()];
      expected?.forEach((value, at) => {
        expect(Math.abs(values[at]! - value)).toBeLessThan(2e-6);
      });
    }
  });
});

describe('closed forms', () => {
  const reached = (params: SomeOptimizer, steps: number, gradient: number): number => {
    const { peak, transform } = makeOptimizer(optimizerParams(params));
    let value = 0;
    let state = transform.init({ x: tf.scalar(0) });
    for (let step = 0; step < steps; step += 1) {
      const numbers = scalarsOf(transform.numbers({ step, rate: peak }));
      const { updates, state: next } = transform.update({ x: tf.scalar(gradient) }, state, numbers);
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
    expect(reached({ name: 'adam', rate: 0.01 }, 10, 1000)).toBeCloseTo(-0.1, 6);
    expect(reached({ name: 'adam', rate: 0.01 }, 10, -50)).toBeCloseTo(0.1, 6);
  });
});

test('state is keyed by variable, so that one more variable leaves the others’ alone', () => {
  const { transform } = makeOptimizer(optimizerParams({ name: 'adam' }));
  expect(Object.keys(transform.init({ 'dense_1/kernel': tf.ones([2, 2]) })).sort()).toEqual([
    'adam/m/dense_1/kernel',
    'adam/v/dense_1/kernel',
  ]);
});

test('Nesterov’s look ahead without a momentum is a mistake', () => {
  expect(() => makeOptimizer(optimizerParams({ name: 'sgd', nesterov: true }))).toThrow(StageError);
});
