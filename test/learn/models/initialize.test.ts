import { input, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { initialize } from '../../../src/learn/models/initialize.ts';
import { draw, initializerConfigs } from '../../../src/learn/models/initializers.ts';
import { LSTM } from '../../../src/learn/models/layers/recurrent.ts';
import { Network } from '../../../src/learn/models/network.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from '../training/defaults.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

describe('glorot_uniform', () => {
  test.each([
    { shape: [800, 64], limit: Math.sqrt(6 / 864) },
    { shape: [3, 3, 16, 32], limit: Math.sqrt(6 / (9 * 48)) },
  ])('of $shape fills its range evenly', ({ shape, limit }) => {
    const values = draw(initializerConfigs.glorot_uniform, shape, 1);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(limit));
    expect(Math.max(...values)).toBeGreaterThan(0.98 * limit);
    expect(Math.abs(mean)).toBeLessThan((4 * limit) / Math.sqrt(3 * values.length));
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1);
  });
});

describe('other initializers', () => {
  const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviationOf = (values: Float32Array) => {
    const mean = meanOf(values);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };

  test.each([
    { name: 'he_normal', shape: [3, 3, 16, 32], deviation: Math.sqrt(2 / (9 * 16)) },
    { name: 'lecun_normal', shape: [400, 50], deviation: Math.sqrt(1 / 400) },
    { name: 'glorot_normal', shape: [200, 300], deviation: Math.sqrt(2 / 500) },
    { name: 'he_uniform', shape: [400, 50], deviation: Math.sqrt(2 / 400) },
    { name: 'random_normal', shape: [200, 100], deviation: 0.05 },
    { name: 'random_uniform', shape: [200, 100], deviation: 0.1 / Math.sqrt(12) },
  ] as const)('$name has its deviation, about 0', ({ name, shape, deviation }) => {
    const values = draw(initializerConfigs[name], shape, 3);
    expect(deviationOf(values) / deviation).toBeCloseTo(1, 1);
    expect(Math.abs(meanOf(values))).toBeLessThan((5 * deviation) / Math.sqrt(values.length));
  });

  test('truncated_normal has nothing beyond two deviations', () => {
    const values = draw(initializerConfigs.truncated_normal, [200, 100], 3);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.1));
    expect(deviationOf(values) / 0.05).toBeCloseTo(0.8796, 1);
  });

  test.each([
    { rows: 12, columns: 5 },
    { rows: 5, columns: 20 },
    { rows: 7, columns: 7 },
  ])('orthogonal: the fewer of $rows rows and $columns columns are orthonormal', ({ rows, columns }) => {
    const values = draw(initializerConfigs.orthogonal, [rows, columns], 3);
    const few = Math.min(rows, columns);
    const line = (index: number) =>
      rows < columns
        ? values.slice(index * columns, (index + 1) * columns)
        : Float32Array.from({ length: rows }, (_, row) => values[row * columns + index]!);
    for (let a = 0; a < few; a += 1) {
      for (let b = 0; b < few; b += 1) {
        const product = line(a).reduce((sum, value, at) => sum + value * line(b)[at]!, 0);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    }
  });
});

test('the forget gate of an LSTM is open at first', () => {
  const features = input({ shape: [4, 3], name: 'features' });
  const network = new Network({
    inputs: features,
    outputs: new LSTM({ units: 2, name: 'lstm' }).apply(features) as SymbolicTensor,
    name: 'recurrent',
  });
  initialize(network, 1);
  const bias = network.weights.find(({ originalName }) => originalName === 'lstm/bias')!;
  expect([...bias.read().dataSync()]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
});

describe('initialize', () => {
  const weights = (units: readonly number[], seed: number) => {
    const network = buildNetwork(
      modelParams({ preset: 'mlp', units }),
      { features: [4], outputs: 3 },
      { seed: 1, step: 0 },
    );
    initialize(network, seed);
    return Object.fromEntries(network.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));
  };

  test('is decided by the seed', () => {
    expect(weights([8], 1)).toEqual(weights([8], 1));
    expect(weights([8], 1)['head/kernel']).not.toEqual(weights([8], 2)['head/kernel']);
  });

  test('draws each weight from a stream of its own: one more layer moves none of the others', () => {
    expect(weights([8, 8], 1)['dense_1/kernel']).toEqual(weights([8], 1)['dense_1/kernel']);
    expect(weights([8, 8], 1)['head/kernel']).toEqual(weights([8], 1)['head/kernel']);
  });

  test('leaves biases zero', () => {
    expect(weights([8], 1)['dense_1/bias']).toEqual(new Array(8).fill(0));
  });
});
