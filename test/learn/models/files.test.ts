import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { StageError } from '../../../src/learn/error.ts';
import { saveModel } from '../../../src/learn/models/files.ts';
import { initialize } from '../../../src/learn/models/initialize.ts';
import type { Model } from '../../../src/learn/models/model.ts';
import { loadModel, predict } from '../../../src/learn/models/predict.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from '../training/defaults.ts';
import { bars, plane, series, texts } from '../training/examples.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'stemma-model-'));

const cnn = (): Model => {
  const shape = { features: [10, 10, 1], outputs: 2 };
  const network = buildNetwork(modelParams({ preset: 'cnn', filters: [4], units: [6], dropout: 0.3 }), shape, {
    seed: 1,
    step: 0,
  });
  initialize(network, 1);
  const features = { shape: [10, 10, 1], names: ['image'] };
  const parameters = network.countParams();
  const classes = ['lying', 'upright'];
  return {
    network,
    card: { format: 'stemma-model-v1', features, target: 'bar', classes, output: 'logits', parameters },
  };
};

describe('a saved model', () => {
  test('says the same when it is loaded', async () => {
    const model = cnn();
    const path = await folder();
    await saveModel(path, model);
    const loaded = await loadModel(path);
    expect(loaded.card).toEqual(model.card);
    expect(await predict(loaded, bars(20, 1))).toEqual(await predict(model, bars(20, 1)));
  });

  test('is the same bytes each time, without a date or a path', async () => {
    const [first, second] = [await folder(), await folder()];
    await saveModel(first, cnn());
    await saveModel(second, cnn());
    expect((await readdir(first)).sort()).toEqual(['model.json', 'stemma.json', 'weights.bin']);
    for (const name of await readdir(first)) {
      expect(await readFile(join(second, name))).toEqual(await readFile(join(first, name)));
    }
    const text = await readFile(join(first, 'model.json'), 'utf8');
    expect(text).not.toContain(first);
    expect(text).not.toMatch(/\d{4}-\d\d-\d\d|dateSaved/);
  });

  test('is a layers model with its layers by name', async () => {
    const path = await folder();
    await saveModel(path, cnn());
    const { format, generatedBy, weightsManifest } = JSON.parse(await readFile(join(path, 'model.json'), 'utf8'));
    expect([format, generatedBy]).toEqual(['layers-model', 'TensorFlow.js tfjs-layers v4.22.0']);
    expect(weightsManifest[0].paths).toEqual(['weights.bin']);
    expect(weightsManifest[0].weights[0]).toEqual({ name: 'conv_1/kernel', shape: [3, 3, 1, 4], dtype: 'float32' });
  });

  test('is not what lies in any folder', async () => {
    await expect(loadModel(await folder())).rejects.toThrow('is no model: it has no stemma.json');
    const path = await folder();
    await saveModel(path, cnn());
    await writeFile(join(path, 'stemma.json'), '{"format": "stemma-model-v9"}');
    await expect(loadModel(path)).rejects.toThrow(StageError);
  });
});

describe('a saved model with layers of ours', () => {
  test.each([
    ['lstm', texts(20, 1), { preset: 'lstm', units: [4, 5], embedding: 3, norm: 'layer', dropout: 0.2 }],
    ['gru, both ways', texts(20, 1), { preset: 'gru', units: [4], embedding: 3, bidirectional: true }],
    ['transformer', texts(20, 1), { preset: 'transformer', width: 8, heads: 2, feed_forward: 6, l2: 0.01 }],
    ['transformer of series', series(20, 1), { preset: 'transformer', width: 8, heads: 2, positions: 'sinusoidal' }],
    ['resnet in groups', bars(20, 1), { preset: 'resnet', filters: [2, 4], blocks: 1, norm: 'group' }],
  ] as const)('%s says the same when it is loaded', async (_, examples, params) => {
    const { featureShape, vocabulary, classes } = examples;
    const shape = { features: featureShape, outputs: classes?.length ?? 1, vocabulary };
    const network = buildNetwork(modelParams(params), shape, { seed: 1, step: 0 });
    initialize(network, 1);
    const card = { ...cnn().card, classes: classes && [...classes] };
    const path = await folder();
    await saveModel(path, { network, card });
    const loaded = await loadModel(path);
    expect(loaded.network.weights.map(({ originalName }) => originalName)).toEqual(
      network.weights.map(({ originalName }) => originalName),
    );
    expect(await predict(loaded, examples)).toEqual(await predict({ network, card }, examples));
  });
});

describe('predict', () => {
  test('gives probabilities that add up to 1', async () => {
    const probabilities = await predict(cnn(), bars(30, 2), { batchSize: 7 });
    expect(probabilities).toHaveLength(60);
    for (let row = 0; row < 30; row += 1)
      expect(probabilities[2 * row]! + probabilities[2 * row + 1]!).toBeCloseTo(1, 6);
  });

  test('gives values where the target is a number', async () => {
    const network = buildNetwork(modelParams({ preset: 'mlp' }), { features: [2], outputs: 1 }, { seed: 1, step: 0 });
    const features = { shape: [2], names: ['a', 'b'] };
    const card = {
      format: 'stemma-model-v1',
      features,
      target: 'y',
      classes: null,
      output: 'values',
      parameters: 1,
    } as const;
    expect(await predict({ network, card }, plane(9, 1))).toHaveLength(9);
  });

  test('of no examples gives nothing', async () => {
    expect(await predict(cnn(), bars(0, 1))).toHaveLength(0);
  });
});
