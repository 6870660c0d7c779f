import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { StageError } from '../../../src/learn/error.ts';
import { mostProbable } from '../../../src/learn/metrics/choice.ts';
import { classValues } from '../../../src/learn/metrics/class-intervals.ts';
import { classSet } from '../../../src/learn/metrics/class-set.ts';
import { usualSettings } from '../../../src/learn/metrics/names.ts';
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

  test('weighs the losses of rows that have weights, and counts all rows alike in the score', async () => {
    const { network, train: examples } = await planned(clouds(120, 1), modelParams({ preset: 'mlp' }));
    const even = await validate(network, examples, 'val_loss');
    const first = Float32Array.from({ length: 120 }, (_, row) => (row < 50 ? 3 : 0));
    const head = {
      ...examples,
      rows: 50,
      features: examples.features.slice(0, 200),
      target: examples.target.slice(0, 50),
    };
    const weighted = await validate(network, { ...examples, weights: first }, 'val_loss');
    expect(weighted['val_loss']).toBeCloseTo((await validate(network, head, 'val_loss'))['val_loss']!, 6);
    expect(weighted['val_loss']).not.toBeCloseTo(even['val_loss']!, 3);
    expect(weighted['val_accuracy']).toBe(even['val_accuracy']);
    expect(await validate(network, { ...examples, weights: new Float32Array(120).fill(1) }, 'val_loss')).toEqual(even);
    const none = { ...examples, weights: new Float32Array(120) };
    await expect(validate(network, none, 'val_loss')).rejects.toThrow('no row of validation counts');
  });

  test('weighs squared errors', async () => {
    const { network, train: examples } = await planned(plane(40, 1), modelParams({ preset: 'mlp' }));
    const values = await outputsOf(network, examples);
    const weights = Float32Array.from({ length: 40 }, (_, row) => row);
    const squares = Array.from(values, (value, row) => row * (value - examples.target[row]!) ** 2);
    const { val_loss: loss } = await validate(network, { ...examples, weights }, 'val_loss');
    expect(loss).toBeCloseTo(squares.reduce((sum, each) => sum + each) / 780, 10);
  });

  test('takes the objective’s metric, of the class and with the settings that it says', async () => {
    const { network, train: examples } = await planned(clouds(120, 1), modelParams({ preset: 'mlp' }));
    const outputs = await outputsOf(network, examples);
    const set = classSet({ actual: examples.target as Int32Array, probabilities: softmax(outputs, 3), classes: 3 });
    const settings = { ...usualSettings, positive: 2, beta: 0.5 };
    const aim = { mode: 'max', on: 'validation', positive: examples.classes![2]!, beta: 0.5 } as const;
    for (const metric of ['fbeta', 'roc_auc', 'macro_average_precision'] as const) {
      const objective = { metric, ...aim };
      const values = await validate(network, examples, `val_${metric}`, { objective });
      expect(values[`val_${metric}`]).toBe(classValues(set, [metric], settings)[0]);
    }
    await expect(validate(network, examples, 'val_roc_auc')).rejects.toThrow(/none of the 3 classes is named/);
  });

  test('of an objective with bounds takes the value at the best threshold that keeps them; else the worst there is', async () => {
    const { network, train: examples } = await planned(clouds(120, 1), modelParams({ preset: 'mlp' }));
    const aim = { metric: 'recall', mode: 'max', on: 'validation', positive: examples.classes![0]! } as const;
    const recallAt = async (precision: number) => {
      const objective = { ...aim, subject_to: { precision: { min: precision } } };
      return (await validate(network, examples, 'val_recall', { objective }))['val_recall']!;
    };
    expect(await recallAt(0)).toBe(1);
    expect(await recallAt(0.5)).toBeLessThanOrEqual(1);
    const unkept = { ...aim, subject_to: { precision: { min: 0.99 }, recall: { min: 0.99 } } };
    expect(await validate(network, examples, 'val_recall', { objective: unkept })).toMatchObject({ val_recall: 0 });
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
