import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { nativeBackend } from '../../../src/learn/backends/tensorflow/native.ts';
import { readNetworkWeights } from '../../../src/learn/export/layers/given.ts';
import { graphOf } from '../../../src/learn/export/model-graph.ts';
import { toSavedModel } from '../../../src/learn/export/saved-model/lower.ts';
import { predict } from '../../../src/learn/models/predict.ts';
import { tensorflow, withTensorflow } from '../../rig/tensorflow.ts';
import { type Case, lists, modelOf, presets } from './models.ts';
import { distance } from './runtime.ts';

const said = async ({ examples, ...rest }: Case): Promise<number> => {
  const model = modelOf({ examples, ...rest });
  const { bytes, signature } = toSavedModel(graphOf(model, { weights: await readNetworkWeights(model.network) }));
  const folder = mkdtempSync(join(tmpdir(), 'stemma-saved-model-'));
  const { binding } = nativeBackend();
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    const session = binding.loadSavedModel(folder, 'serve');
    const x = tf.tensor(examples.features, [examples.rows, ...examples.featureShape]);
    const { value } = Object.values(signature.outputs)[0]!;
    const [answer] = binding.runSavedModel(session, nativeBackend().getInputTensorIds([x]), 'features:0', value);
    const found = binding.tensorDataSync(answer!.id);
    binding.deleteTensor(answer!.id);
    binding.deleteSavedModel(session);
    return distance(found, await predict(model, examples));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe.skipIf(tensorflow === undefined)(withTensorflow('TensorFlow predicts as we do, by a SavedModel'), () => {
  beforeAll(() => startBackend(tensorflow!));

  test.each([...presets, ...lists].map((each) => [each.name, each] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, each) => {
      expect(await said(each)).toBeLessThan(2e-6);
    },
  );
});
