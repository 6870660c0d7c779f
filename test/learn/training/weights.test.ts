import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { batchOf } from '../../../src/learn/training/batches.ts';
import { differentiate, tensorsOf } from '../../../src/learn/training/step.ts';
import { train } from '../../../src/learn/training/train.ts';
import { statisticsOf, variablesOf } from '../../../src/learn/training/variables.ts';
import { choices } from '../backends/on-backend.ts';
import { policyOf } from '../data/policy.ts';
import { apart } from './both-ways.ts';
import { modelParams } from './defaults.ts';
import { clouds, plane } from './examples.ts';
import { bytesOf, planned, silent } from './plan.ts';

const model = modelParams({ preset: 'mlp', units: [6], dropout: 0 });

/** Gradients of a fresh network on some rows as one batch. */
const gradientsOf = async (examples: Examples, rows: readonly number[]): Promise<Float32Array[]> => {
  const { network, task, optimizer } = await planned(examples, model);
  const trainee = {
    ...{ network, task, transform: optimizer.transform, featureShape: examples.featureShape },
    ...{ variables: variablesOf(network), statistics: statisticsOf(network) },
  };
  const batch = tensorsOf(trainee, batchOf(examples, Int32Array.from(rows), 1));
  const { gradients, loss } = tf.tidy(() => ({ ...differentiate(trainee, batch) }));
  // TensorFlow.js numbers layers on, so that names differ from network to network.
  return [loss, ...Object.values(gradients)].map((each) => Float32Array.from(each.dataSync()));
};

const all = Array.from({ length: 24 }, (_, row) => row);
const kinds = [
  ['classes', clouds(24, 1)],
  ['classes with weights', { ...clouds(24, 1), classWeights: [0.3, 1, 4] }],
  ['numbers', plane(24, 1)],
] as const;

describe.each(['wasm', 'cpu'] as const)('on %s', (name) => {
  test.each(kinds)('a weight of 0 is as the row’s absence: %s', async (_, examples) => {
    await startBackend(choices[name]);
    const weights = Float32Array.from(all, (row) => (row % 4 === 1 ? 0 : 1 + (row % 3)));
    const there = all.filter((row) => weights[row] !== 0);
    const weighted = await gradientsOf({ ...examples, weights }, all);
    const fewer = await gradientsOf({ ...examples, weights }, there);
    weighted.forEach((values, at) => void expect(apart(values, fewer[at]!)).toBeLessThan(1e-6));
    expect(weighted[1]).not.toEqual((await gradientsOf(examples, all))[1]);
  });

  test.each(kinds)('a weight of 2 is as the row twice: %s', async (_, examples) => {
    await startBackend(choices[name]);
    const weights = Float32Array.from(all, (row) => 1 + (row % 2));
    const weighted = await gradientsOf({ ...examples, weights }, all);
    const twice = await gradientsOf(examples, all.flatMap((row) => (row % 2 === 1 ? [row, row] : [row]))); // biome-ignore format: one call
    weighted.forEach((values, at) => void expect(apart(values, twice[at]!)).toBeLessThan(1e-6));
  });

  test.each(kinds)('weights of 1 train to the very bits of none: %s', async (_, examples) => {
    await startBackend(choices[name]);
    const bytes = async (given: Examples): Promise<Buffer> => {
      const training = await planned(given, model);
      await train(training, silent);
      return bytesOf(training.network);
    };
    const none = await bytes(examples);
    expect(await bytes({ ...examples, weights: new Float32Array(24).fill(1) })).toEqual(none);
    expect(await bytes({ ...examples, weights: Float32Array.from(all, (row) => row) })).not.toEqual(none);
  });
});

test('batches carry weights in the order of their rows, and only where there are some', () => {
  const examples = clouds(5, 1);
  expect(batchOf(examples, Int32Array.of(3, 1), 1)).not.toHaveProperty('weights');
  const weights = Float32Array.of(0, 1, 2, 3, 4);
  expect(batchOf({ ...examples, weights }, Int32Array.of(3, 1), 1).weights).toEqual(Float32Array.of(3, 1));
});

test('a mixed row counts for what its parts do, in proportion', () => {
  // Here a row's value is its weight, so that what is mixed of the one is mixed of the other.
  const values = Float32Array.from({ length: 30 }, (_, row) => row);
  const examples = { ...plane(30, 1), augment: policyOf({ mixup: 0.4 }), target: values, weights: values };
  const batch = batchOf(examples, Int32Array.from(values), 1);
  expect(batch.weights).toEqual(batch.target);
  expect(batch.weights).not.toEqual(values);
});
