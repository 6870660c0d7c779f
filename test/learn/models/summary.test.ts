import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { saveModel } from '../../../src/learn/models/files.ts';
import { buildNetwork, type ModelParams } from '../../../src/learn/models/presets.ts';
import { readModelSummary } from '../../../src/learn/models/summary.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from '../training/defaults.ts';

beforeAll(async () => {
  await startBackend(choices.wasm);
});

const saved = async (model: Parameters<typeof modelParams>[0], features: number[]) => {
  const network = buildNetwork(modelParams(model) as ModelParams, { features, vocabulary: 20, outputs: 2 } as never, {
    seed: 1,
    step: 0,
  });
  const folder = await mkdtemp(join(tmpdir(), 'stemma-summary-'));
  const parameters = network.countParams();
  const card = {
    ...{ format: 'stemma-model-v1' as const, features: { shape: features, names: ['x'] }, target: 'y' },
    ...{ classes: ['a', 'b'], output: 'logits' as const, parameters },
  };
  await saveModel(folder, { network, card });
  return { folder, parameters };
};

test.each([
  ['cnn', { preset: 'cnn', filters: [4], units: [6] }, [10, 10, 1]],
  ['lstm', { preset: 'lstm', units: [4], embedding: 3 }, [12]],
  ['transformer', { preset: 'transformer', width: 8, blocks: 1, heads: 2, feed_forward: 8 }, [12]],
] as const)('all weights of a %s are in its layers', async (_, model, features) => {
  const { folder, parameters } = await saved(model as never, [...features]);
  const { layers, card } = await readModelSummary(folder);
  expect(card.parameters).toBe(parameters);
  expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
});

test('a layer has its kind and its settings', async () => {
  const { folder } = await saved({ preset: 'cnn', filters: [4], units: [6] } as never, [10, 10, 1]);
  const { layers } = await readModelSummary(folder);
  const conv = layers.find(({ kind }) => kind === 'Conv2D');
  expect(conv).toMatchObject({ settings: { filters: 4, kernel_size: [3, 3] }, parameters: 4 * 9 + 4 });
});

test('a damaged file is told', async () => {
  const { folder } = await saved({ preset: 'cnn', filters: [4], units: [6] } as never, [10, 10, 1]);
  await writeFile(join(folder, 'model.json'), '{"modelTopology":1}');
  await expect(readModelSummary(folder)).rejects.toThrow('is damaged: it lists no layers');
});
