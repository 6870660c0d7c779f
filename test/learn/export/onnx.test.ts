import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { readNetworkWeights } from '../../../src/learn/export/layers/given.ts';
import { graphOf } from '../../../src/learn/export/model-graph.ts';
import { onnxBytes } from '../../../src/learn/export/onnx/file.ts';
import { toOnnx } from '../../../src/learn/export/onnx/lower.ts';
import { quantized } from '../../../src/learn/export/quantize.ts';
import type { Model } from '../../../src/learn/models/model.ts';
import { predict } from '../../../src/learn/models/predict.ts';
import { choices } from '../backends/on-backend.ts';
import { type Case, lists, modelOf, presets } from './models.ts';
import { checked, python } from './python-onnx.ts';
import { distance, runOnnx } from './runtime.ts';

beforeAll(async () => {
  await startBackend(choices.cpu);
});

const bytesOf = async (model: Model): Promise<Buffer> =>
  onnxBytes(toOnnx(graphOf(model, { weights: await readNetworkWeights(model.network) }), {}));

/** Sums of float32 are taken in another order there; probabilities and values here are about 1. */
const tolerance = 2e-6;

const said = async ({ examples, ...rest }: Case): Promise<{ readonly found: number; readonly wanted: number }> => {
  const model = modelOf({ examples, ...rest });
  const dims = [examples.rows, ...examples.featureShape];
  const outputs = await runOnnx(await bytesOf(model), { features: { type: 'float32', data: examples.features, dims } });
  const wanted = await predict(model, examples);
  const spread = Math.max(...wanted) - Math.min(...wanted);
  return { found: distance(outputs[model.card.classes === null ? 'prediction' : 'probabilities']!.data, wanted), wanted: spread }; // biome-ignore format: one call
};

test('layers that no graph can have are named', async () => {
  const layers = [
    { type: 'UpSampling2D', name: 'up' },
    { type: 'Conv2DTranspose', filters: 2, kernel_size: 2, name: 'wider' },
    { type: 'Flatten' },
  ];
  const model = modelOf({ ...presets.find(({ name }) => name === 'cnn')!, params: { layers } });
  await expect(bytesOf(model)).rejects.toThrow(/cannot be exported to ONNX or SavedModel: "up" \(UpSampling2D\), "wider" \(Conv2DTranspose\)/); // biome-ignore format: one call
});

describe.each([
  ['presets', presets],
  ['lists of layers', lists],
])('onnxruntime predicts as we do: %s', (_, cases) => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (__, each) => {
    const { found, wanted } = await said(each);
    expect(wanted).toBeGreaterThan(1e-3); // Rows that all get the same answer would show nothing.
    expect(found).toBeLessThan(tolerance);
  });
});

describe.skipIf(python === undefined)("ONNX's own checker and runtime, where STEMMA_TEST_ONNX names a Python", () => {
  const kinds = ['float16', 'uint8'] as const;
  test.each([...presets, ...lists].map((each) => [each.name, each] as const))('in fewer bytes: %s', async (_, each) => {
    const model = modelOf(each);
    const weights = await readNetworkWeights(model.network);
    const dims = [each.examples.rows, ...each.examples.featureShape];
    for (const kind of kinds) {
      const bytes = onnxBytes(toOnnx(graphOf(model, { weights: quantized(weights, kind) }), {}));
      await runOnnx(bytes, { features: { type: 'float32', data: each.examples.features, dims } });
    }
  });

  // Those of the suites above go through the same.
  afterAll(() => {
    process.stdout.write(
      `${checked.models} models, largest difference ${checked.largestDifference}, ${checked.versions}\n`,
    );
    expect(checked.models).toBeGreaterThanOrEqual(kinds.length * (presets.length + lists.length));
  });
});
