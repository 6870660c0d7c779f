import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { StageError } from '../../../src/learn/error.ts';
import { mostProbable } from '../../../src/learn/metrics/choice.ts';
import { outputsOf, softmax } from '../../../src/learn/models/predict.ts';
import { validate } from '../../../src/learn/training/validation.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from './defaults.ts';
import { clouds, plane } from './examples.ts';
import { planned } from './plan.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

describe('validate', () => {
  test('takes loss and accuracy of classes from the whole set', async () => {
    const { network, train: examples } = await planned(clouds(120, 1), modelParams({ preset: 'mlp' }));
    const probabilities = softmax(await outputsOf(network, examples), 3);
    const { target } = examples;
    const loss = (target as Int32Array).reduce((sum, of, row) => sum - Math.log(probabilities[row * 3 + of]!), 0) / 120;
    const chosen = mostProbable(probabilities, 3);
    const values = await validate(network, examples, 'val_loss');
    expect(Object.keys(values)).toEqual(['val_loss', 'val_accuracy']);
    expect(values['val_loss']).toBeCloseTo(loss, 6);
    expect(values['val_accuracy']).toBe(target.filter((of, row) => chosen[row] === of).length / 120);
  });

  test('takes squared and absolute error of numbers, and what is monitored besides', async () => {
    const { network, train: examples } = await planned(plane(40, 1), modelParams({ preset: 'mlp' }));
    const values = await outputsOf(network, examples);
    const errors = Array.from(values, (value, row) => value - examples.target[row]!);
    const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    const measured = await validate(network, examples, 'val_rmse');
    expect(measured['val_loss']).toBeCloseTo(mean(errors.map((error) => error ** 2)), 10);
    expect(measured['val_mae']).toBeCloseTo(mean(errors.map(Math.abs)), 10);
    expect(measured['val_rmse']).toBeCloseTo(Math.sqrt(measured['val_loss']!), 10);
  });

  test('of what is no metric of the target records nothing more', async () => {
    const { network, train: examples } = await planned(plane(40, 1), modelParams({ preset: 'mlp' }));
    expect(Object.keys(await validate(network, examples, 'val_macro_f1'))).toEqual(['val_loss', 'val_mae']);
  });

  test('refuses a loss that is no finite number', async () => {
    const { network, train: examples } = await planned(plane(40, 1), modelParams({ preset: 'mlp' }));
    const bias = network.weights.at(-1)!;
    bias.write(tf.fill(bias.shape as number[], Number.NaN));
    await expect(validate(network, examples, 'val_loss')).rejects.toThrow(StageError);
  });
});
