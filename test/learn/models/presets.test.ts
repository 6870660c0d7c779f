import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { StageError } from '../../../src/learn/error.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams, type SomeModel } from '../training/defaults.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

const build = (params: SomeModel, features: readonly number[], outputs = 10) =>
  buildNetwork(modelParams(params), { features, outputs }, { seed: 1, step: 0 });

describe('cnn', () => {
  test('is Keras’s network of these layers: shapes and number of weights', () => {
    const network = build({ preset: 'cnn', filters: [16, 32], units: [64], dropout: 0.5 }, [28, 28, 1]);
    expect(network.layers.map(({ name, outputShape }) => [name, outputShape])).toEqual([
      ['features', [null, 28, 28, 1]],
      ['conv_1', [null, 26, 26, 16]],
      ['pool_1', [null, 13, 13, 16]],
      ['conv_2', [null, 11, 11, 32]],
      ['pool_2', [null, 5, 5, 32]],
      ['flatten', [null, 800]],
      ['dropout_flatten', [null, 800]],
      ['dense_1', [null, 64]],
      ['dropout_dense_1', [null, 64]],
      ['head', [null, 10]],
    ]);
    expect(network.countParams()).toBe(9 * 16 + 16 + 9 * 16 * 32 + 32 + 800 * 64 + 64 + 64 * 10 + 10);
  });

  test('has these defaults', () => {
    expect(build({ preset: 'cnn' }, [28, 28, 1]).countParams()).toBe(56_714);
  });

  test('keeps borders and pools not, where asked to', () => {
    const network = build({ preset: 'cnn', filters: [4], kernel: 5, pool: 1, padding: 'same', units: [] }, [9, 7, 3]);
    expect(network.layers.map(({ name }) => name)).toEqual(['features', 'conv_1', 'flatten', 'head']);
    expect(network.layers[1]!.outputShape).toEqual([null, 9, 7, 4]);
  });

  test('does not take columns', () => {
    expect(() => build({ preset: 'cnn' }, [4])).toThrow(StageError);
    expect(() => build({ preset: 'cnn' }, [4])).toThrow('the features are [4]');
  });

  test('says when nothing is left of the image', () => {
    expect(() => build({ preset: 'cnn', filters: [4, 4, 4] }, [12, 12, 1])).toThrow(
      '3 convolutions of 3×3 with pooling by 2 leave nothing of an image of 12×12',
    );
    expect(build({ preset: 'cnn', filters: [4, 4, 4], padding: 'same' }, [12, 12, 1]).layers).toHaveLength(10);
  });
});

describe('mlp', () => {
  test('is Keras’s network of these layers, on columns and on images', () => {
    expect(build({ preset: 'mlp', units: [8, 5] }, [4], 3).countParams()).toBe(4 * 8 + 8 + 8 * 5 + 5 + 5 * 3 + 3);
    expect(build({ preset: 'mlp' }, [28, 28, 1]).countParams()).toBe(784 * 128 + 128 + 128 * 10 + 10);
  });

  test('a second network in the same process has the same names', () => {
    const names = () => build({ preset: 'mlp' }, [4]).weights.map(({ originalName }) => originalName);
    expect(names()).toEqual(['dense_1/kernel', 'dense_1/bias', 'head/kernel', 'head/bias']);
    expect(names()).toEqual(names());
  });
});
