import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import type { Training } from '../../../src/learn/training/train.ts';
import { tensorflow, withTensorflow } from '../../rig/tensorflow.ts';
import { policyOf } from '../data/policy.ts';
import { type Case, examplesOf, trained } from './both-ways.ts';
import { modelParams, optimizerParams, type SomeModel } from './defaults.ts';

const weights = Float32Array.from({ length: 21 }, (_, row) => (row % 3 === 0 ? 0 : row / 7));

describe.skipIf(tensorflow === undefined)(
  withTensorflow('rows that TensorFlow takes out of the examples it holds'),
  () => {
    beforeAll(async () => {
      await startBackend(tensorflow!);
    });

    test.each([
      ['columns', { preset: 'mlp', units: [8], dropout: 0.2 }, examplesOf([5], { classes: 3 })],
      ['images', { preset: 'cnn', filters: [4], units: [8], norm: 'batch' }, examplesOf([10, 10, 1], { classes: 3 })],
      ['ids of words', { preset: 'lstm' }, { ...examplesOf([6], { words: 9 }), vocabulary: 9 }],
      ['a target of numbers', { preset: 'mlp', units: [8] }, examplesOf([5], { classes: null })],
      ['rows with weights', { preset: 'mlp', units: [8] }, { ...examplesOf([5], {}), weights }],
      ['classes with weights', { preset: 'mlp', units: [8] }, { ...examplesOf([5], {}), classWeights: [0.2, 1, 5] }],
    ] as const)('%s: give the very bits of batches that are fed', async (_, model, train) => {
      const both = caseOf(model as SomeModel, train);
      const fed = await trained({ ...both, feed: 'batches' });
      const held = await trained({ ...both, feed: 'numbers' });
      expect([fed.way, held.way]).toEqual(['compiled', 'compiled']);
      expect(held).toEqual(fed);
      expect(new Set(held.losses).size).toBe(6); // Three batches in each of two epochs.
    });

    test.each([
      ['rows that are altered anew in each epoch', policyOf({ noise: 0.5 }), true],
      ['steps that are taken op by op', null, false],
    ] as const)('%s are fed', async (_, augment, compile) => {
      const params = caseOf({ preset: 'mlp', units: [8] }, { ...examplesOf([5], {}), augment });
      await expect(trained({ ...params, compile, feed: 'numbers' })).rejects.toThrow('the stepper holds no examples');
    });
  },
);

const caseOf = (model: SomeModel, train: Case['train']): Case => ({
  build: (masks: Training['masks']) =>
    buildNetwork(
      modelParams(model),
      { features: train.featureShape, outputs: train.classes?.length ?? 1, vocabulary: train.vocabulary },
      masks,
    ),
  ...{ train, optimizer: makeOptimizer(optimizerParams({ name: 'adam', rate: 0.01 })), compile: true, logEvery: 1 },
});
