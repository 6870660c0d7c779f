import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { glorotUniform, initialize } from '../../../src/learn/models/initialize.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from '../training/defaults.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

describe('glorotUniform', () => {
  test.each([
    { shape: [800, 64], limit: Math.sqrt(6 / 864) },
    { shape: [3, 3, 16, 32], limit: Math.sqrt(6 / (9 * 48)) },
  ])('of $shape fills its range evenly', ({ shape, limit }) => {
    const values = glorotUniform(shape, 1);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(limit));
    expect(Math.max(...values)).toBeGreaterThan(0.98 * limit);
    expect(Math.abs(mean)).toBeLessThan((4 * limit) / Math.sqrt(3 * values.length));
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1);
  });
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
