import * as tf from '@tensorflow/tfjs-core';
import { input, type LayersModel, layers, model as networkOf, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { predict } from '../../../src/learn/models/predict.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { isSteady } from '../../../src/learn/models/steady.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from '../training/defaults.ts';

beforeAll(() => startBackend(choices.wasm));

const card = {
  ...{ format: 'stemma-model-v1' as const, features: { shape: [2], names: ['a', 'b'] }, target: 'y' },
  ...{ classes: null, output: 'values' as const, parameters: 0 },
};

const examplesOf = (rows: number) => ({
  ...{ rows, featureShape: [2] },
  features: Float32Array.from({ length: 2 * rows }, (_, index) => index % 7),
});

/** A network whose answers depend on how many rows it is given, as where the size of a batch chooses the kernel. */
const unsteady = (): LayersModel => {
  class Crowd extends layers.Layer {
    static className = 'Crowd';
    override computeOutputShape([batch]: number[]): number[] {
      return [batch as number, 1];
    }
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      return tf.mul(tf.sum(x, 1, true), 1 + x.shape[0]! / 1000);
    }
  }
  const features = input({ shape: [2] });
  return networkOf({ inputs: features, outputs: new Crowd({}).apply(features) as SymbolicTensor });
};

it('a network of ours answers a row alike, whatever rows it is asked about with', async () => {
  const network = buildNetwork(
    modelParams({ preset: 'mlp', units: [8] }),
    { features: [2], outputs: 1 },
    { seed: 1, step: 0 },
  );
  expect(await isSteady(network, [2])).toBe(true);
});

it('where a backend would answer otherwise, batches are filled up to one size', async () => {
  const network = unsteady();
  expect(await isSteady(network, [2])).toBe(false);
  const together = await predict({ network, card }, examplesOf(700));
  for (const rows of [1, 2, 499, 501])
    expect(await predict({ network, card }, examplesOf(rows))).toEqual(together.subarray(0, rows));
});
