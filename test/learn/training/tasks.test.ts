import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // It registers the gradients of the ops.
import { describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { taskOf } from '../../../src/learn/training/tasks.ts';
import { choices } from '../backends/on-backend.ts';

describe.each(['wasm', 'cpu'] as const)('on %s', (name) => {
  test('classes: loss, its gradient and score are the closed forms', async () => {
    await startBackend(choices[name]);
    const task = taskOf(['a', 'b', 'c']);
    const logits = [[1, 2, 3], [0, 0, 0], [50, -50, 0], [-1, 4, 4]]; // biome-ignore format: one row an example
    const target = [2, 1, 0, 2];
    const probabilities = logits.map((row) => {
      const powers = row.map((z) => Math.exp(z - Math.max(...row)));
      return powers.map((power) => power / powers.reduce((sum, other) => sum + other));
    });
    const loss = probabilities.reduce((sum, row, at) => sum - Math.log(row[target[at]!]!), 0) / 4;
    const y = tf.tensor1d(Int32Array.from(target), 'int32');
    const { value, grad } = tf.valueAndGrad((z) => task.loss(z, y))(tf.tensor(logits));
    expect(value.dataSync()[0]).toBeCloseTo(loss, 6);
    const expected = probabilities.flatMap((row, at) => row.map((p, of) => (p - (of === target[at] ? 1 : 0)) / 4));
    [...grad.dataSync()].forEach((slope, at) => {
      expect(slope).toBeCloseTo(expected[at]!, 6);
    });
    expect(task.score(tf.tensor(logits), y).dataSync()[0]).toBe(2);
    expect([task.outputs, task.scoreName]).toEqual([3, 'accuracy']);
  });

  test('classes in proportions: the loss of a mixture is that of its parts, in proportion; and its gradient', async () => {
    await startBackend(choices[name]);
    const task = taskOf(['a', 'b', 'c']);
    const logits = [[1, 2, 3], [0.5, -0.5, 0], [3, -3, 0]]; // biome-ignore format: one row an example
    const [first, second, shares] = [
      [2, 0, 1],
      [0, 0, 2],
      [0.9, 0.6, 0.75],
    ];
    const mixed = shares.flatMap((share, at) =>
      [0, 1, 2].map((of) => share * Number(of === first[at]) + (1 - share) * Number(of === second[at])),
    );
    const y = tf.tensor(mixed, [3, 3]);
    const logSoftmax = logits.map((row) => {
      const sum = row.reduce((total, z) => total + Math.exp(z), 0);
      return row.map((z) => z - Math.log(sum));
    });
    const loss =
      -logSoftmax.reduce(
        (sum, row, at) => sum + shares[at]! * row[first[at]!]! + (1 - shares[at]!) * row[second[at]!]!,
        0,
      ) / 3;
    const { value, grad } = tf.valueAndGrad((z) => task.loss(z, y))(tf.tensor(logits));
    expect(value.dataSync()[0]).toBeCloseTo(loss, 6);
    const expected = logSoftmax.flatMap((row, at) => row.map((log, of) => (Math.exp(log) - mixed[3 * at + of]!) / 3));
    [...grad.dataSync()].forEach((slope, at) => {
      expect(slope).toBeCloseTo(expected[at]!, 6);
    });
    // The greatest logits are of 2, 0, 0; the greater shares of 2, 0, 1.
    expect(task.score(tf.tensor(logits), y).dataSync()[0]).toBe(2);
  });

  test('smoothed labels: the loss of (1 − s) · truth + s / classes, and its gradient; the score goes by the truth', async () => {
    await startBackend(choices[name]);
    const task = taskOf(['a', 'b', 'c'], undefined, 0.3);
    const logits = [[1, 2, 3], [0.5, -0.5, 0], [3, -3, 0]]; // biome-ignore format: one row an example
    const truth = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]; // biome-ignore format: one row an example
    const soft = truth.map((row) => row.map((p) => 0.7 * p + 0.1));
    const logSoftmax = logits.map((row) => {
      const sum = row.reduce((total, z) => total + Math.exp(z), 0);
      return row.map((z) => z - Math.log(sum));
    });
    const loss =
      -logSoftmax.flatMap((row, at) => row.map((log, of) => soft[at]![of]! * log)).reduce((a, b) => a + b) / 3;
    const slopes = logSoftmax.flatMap((row, at) => row.map((log, of) => (Math.exp(log) - soft[at]![of]!) / 3));
    for (const y of [tf.tensor1d(Int32Array.of(2, 0, 1), 'int32'), tf.tensor2d(truth)]) {
      const { value, grad } = tf.valueAndGrad((z) => task.loss(z, y))(tf.tensor(logits));
      expect(value.dataSync()[0]).toBeCloseTo(loss, 6);
      [...grad.dataSync()].forEach((slope, at) => {
        expect(slope).toBeCloseTo(slopes[at]!, 6);
      });
      expect(task.score(tf.tensor(logits), y).dataSync()[0]).toBe(2);
    }
  });

  test('classes in proportions of 1 and 0 are classes', async () => {
    await startBackend(choices[name]);
    const task = taskOf(['a', 'b', 'c']);
    const logits = tf.tensor([[1, 2, 3], [0, 5, 0]]); // biome-ignore format: one row an example
    const hard = task.loss(logits, tf.tensor1d(Int32Array.of(1, 1), 'int32')).dataSync()[0]!;
    expect(task.loss(logits, tf.tensor2d([[0, 1, 0], [0, 1, 0]])).dataSync()[0]).toBeCloseTo(hard, 6); // biome-ignore format: one row an example
  });

  test('classes with weights: the weighted mean, and its gradient', async () => {
    await startBackend(choices[name]);
    const weights = [0.5, 3, 10];
    const task = taskOf(['a', 'b', 'c'], weights);
    const logits = [[1, 2, 3], [0, 0, 0], [2, -2, 0]]; // biome-ignore format: one row an example
    const target = [1, 1, 0];
    const total = 3 + 3 + 0.5;
    const probabilities = logits.map((row) => {
      const powers = row.map(Math.exp);
      return powers.map((power) => power / powers.reduce((sum, other) => sum + other));
    });
    const y = tf.tensor1d(Int32Array.from(target), 'int32');
    const { value, grad } = tf.valueAndGrad((z) => task.loss(z, y))(tf.tensor(logits));
    const loss = probabilities.reduce((sum, row, at) => sum - weights[target[at]!]! * Math.log(row[target[at]!]!), 0);
    expect(value.dataSync()[0]).toBeCloseTo(loss / total, 6);
    const expected = probabilities.flatMap((row, at) =>
      row.map((p, of) => (weights[target[at]!]! * (p - (of === target[at] ? 1 : 0))) / total),
    );
    [...grad.dataSync()].forEach((slope, at) => {
      expect(slope).toBeCloseTo(expected[at]!, 6);
    });
  });

  test('rows with weights: the mean by the product of their own and their class’s, and its gradient', async () => {
    await startBackend(choices[name]);
    const [classes, own] = [[0.5, 3, 10], [2, 0, 0.25]]; // biome-ignore format: short
    const task = taskOf(['a', 'b', 'c'], classes);
    const logits = [[1, 2, 3], [0, 0, 0], [2, -2, 0]]; // biome-ignore format: one row an example
    const target = [1, 1, 0];
    const weights = own.map((weight, at) => weight * classes[target[at]!]!);
    const total = 2 * 3 + 0 + 0.25 * 0.5;
    const probabilities = logits.map((row) => {
      const powers = row.map(Math.exp);
      return powers.map((power) => power / powers.reduce((sum, other) => sum + other));
    });
    const y = tf.tensor1d(Int32Array.from(target), 'int32');
    const { value, grad } = tf.valueAndGrad((z) => task.loss(z, y, tf.tensor1d(own)))(tf.tensor(logits));
    const loss = probabilities.reduce((sum, row, at) => sum - weights[at]! * Math.log(row[target[at]!]!), 0);
    expect(value.dataSync()[0]).toBeCloseTo(loss / total, 6);
    const expected = probabilities.flatMap((row, at) =>
      row.map((p, of) => (weights[at]! * (p - (of === target[at] ? 1 : 0))) / total),
    );
    [...grad.dataSync()].forEach((slope, at) => {
      expect(slope).toBeCloseTo(expected[at]!, 6);
    });
  });

  test('rows with weights: squared errors, and nothing where nothing counts', async () => {
    await startBackend(choices[name]);
    const task = taskOf(null);
    const y = tf.tensor1d([1, 2, 4]);
    const x = tf.tensor2d([[1.5], [2], [1]]);
    const of = (weights: number[]) => tf.valueAndGrad((z) => task.loss(z, y, tf.tensor1d(weights)))(x);
    const { value, grad } = of([1, 5, 0.5]);
    expect(value.dataSync()[0]).toBeCloseTo((0.25 + 0.5 * 9) / 6.5, 6);
    [1 / 6.5, 0, (-6 * 0.5) / 6.5].forEach((slope, at) => {
      expect(grad.dataSync()[at]).toBeCloseTo(slope, 6);
    });
    const nothing = of([0, 0, 0]);
    expect([...nothing.value.dataSync(), ...nothing.grad.dataSync()].map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  test('numbers: mean squared error, its gradient, and the sum of absolute errors', async () => {
    await startBackend(choices[name]);
    const task = taskOf(null);
    const y = tf.tensor1d([1, 2, 4]);
    const { value, grad } = tf.valueAndGrad((x) => task.loss(x, y))(tf.tensor2d([[1.5], [2], [1]]));
    expect(value.dataSync()[0]).toBeCloseTo((0.25 + 0 + 9) / 3, 6);
    [1 / 3, 0, -2].forEach((slope, at) => {
      expect(grad.dataSync()[at]).toBeCloseTo(slope, 6);
    });
    expect(task.score(tf.tensor2d([[1.5], [2], [1]]), y).dataSync()[0]).toBeCloseTo(3.5, 6);
    expect([task.outputs, task.scoreName]).toEqual([1, 'mae']);
  });
});

test('labels of a number cannot be smoothed', () => {
  expect(() => taskOf(null, undefined, 0.1)).toThrow(/label_smoothing is for classes, and the target is a number/);
});
