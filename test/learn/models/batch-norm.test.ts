import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { BatchNorm } from '../../../src/learn/models/batch-norm.ts';
import { loadModel, saveModel } from '../../../src/learn/models/files.ts';
import { outputsOf } from '../../../src/learn/models/predict.ts';
import { train } from '../../../src/learn/training/train.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from '../training/defaults.ts';
import { bars } from '../training/examples.ts';
import { bytesOf, planned, silent } from '../training/plan.ts';

const columns = () =>
  tf.tensor2d([
    [1, 10],
    [3, 30],
    [5, 20],
  ]);
const layerOf = (): BatchNorm => {
  const layer = new BatchNorm({ name: 'norm', momentum: 0.9, epsilon: 0 });
  layer.build([null, 2]);
  return layer;
};
const statistics = (layer: BatchNorm): number[][] => layer.weights.slice(2).map((each) => [...each.read().dataSync()]);

const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
  const apart = Array.from(expected, (value, at) => Math.abs(value - found[at]!));
  expect(Math.max(...apart)).toBeLessThan(1e-4);
};

beforeAll(async () => {
  await startBackend(choices.wasm);
});

describe('batch normalization', () => {
  test('while training: mean 0, variance 1, and the statistics follow', () => {
    const layer = layerOf();
    const y = layer.call(columns(), { training: true });
    const { mean, variance } = tf.moments(y, 0);
    for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 6);
    for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 5);
    const [means, variances] = statistics(layer);
    expectClose(means!, [0.3, 2]);
    expectClose(variances!, [0.9 + (0.1 * 8) / 3, 0.9 + (0.1 * 200) / 3]);
  });

  test('else: by the statistics, which stay', () => {
    const layer = layerOf();
    expect([...layer.call(columns()).dataSync()]).toEqual([...columns().dataSync()]);
    expect(statistics(layer)).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  test('frozen, it is really frozen', () => {
    const layer = layerOf();
    layer.trainable = false;
    expect([...layer.call(columns(), { training: true }).dataSync()]).toEqual([...columns().dataSync()]);
    expect(statistics(layer)).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});

describe('a network with batch normalization', () => {
  const cnn = modelParams({ preset: 'cnn', filters: [4, 8], units: [8], norm: 'batch' });

  test('learns, and comes back from its files with its statistics', async () => {
    const training = await planned(bars(200, 1), cnn, { validation: bars(100, 2), epochs: 5 });
    expect((await train(training, silent)).epochs.at(-1)!.val_accuracy).toBeGreaterThan(0.9);
    const folder = join(await mkdtemp(join(tmpdir(), 'stemma-norm-')), 'model');
    const features = { shape: [10, 10, 1], names: ['image'] };
    const card = { features, target: 'bar', classes: ['lying', 'upright'], output: 'logits', parameters: 1 } as const;
    await saveModel(folder, { network: training.network, card: { format: 'stemma-model-v1', ...card, classes: [...card.classes] } }); // biome-ignore format: one call
    const { network } = await loadModel(folder);
    const [here, there] = [training.network, network].map((each) => outputsOf(each, training.train));
    expectClose(await there!, await here!);
  });

  test('goes on from a checkpoint with the very weights and statistics of one that was not interrupted', async () => {
    const whole = await planned(bars(50, 1), cnn, { epochs: 3 });
    await train(whole, silent);
    const begun = await planned(bars(50, 1), cnn, { epochs: 1 });
    await train(begun, silent);
    const resumed = { ...(await planned(bars(50, 1), cnn, { epochs: 3 })), scratch: begun.scratch };
    await train(resumed, silent);
    expect(bytesOf(resumed.network).equals(bytesOf(whole.network))).toBe(true);
  });
});
