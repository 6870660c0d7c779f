import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBackend } from '../../src/learn/backends/backend.ts';
import { latentsOf } from '../../src/learn/gan/latents.ts';
import { loadModel } from '../../src/learn/models/files.ts';
import { outputsOf, softmax } from '../../src/learn/models/predict.ts';
import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { choices } from '../learn/backends/on-backend.ts';
import { createProject } from '../rig/project.ts';
import { runWell } from '../rig/stemma.ts';

const repository = join(import.meta.dirname, '../..');
// Both are trained on TensorFlow where this user has it, as `make backend` brings it; else on wasm, which takes longer.
const cache = userCacheFolder({
  environment: process.env,
  home: process.env['HOME'] ?? '',
  platform: process.platform,
});
const drawn = 1000;

it.runIf(process.env['STEMMA_NIGHTLY'])(
  'a classifier that knows nothing of the generator holds 85 % of its digits for clear ones, and sees each of the ten',
  { timeout: 3_600_000 },
  async () => {
    const here = createProject();
    cpSync(join(repository, 'pipelines'), join(here.root, 'pipelines'), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(here.root, 'node_modules'));
    expect(existsSync(cache)).toBe(true);
    for (const pipeline of ['gan', 'mnist']) await runWell(here, [pipeline], { env: { STEMMA_CACHE_DIR: cache } });

    await startBackend(choices.wasm);
    const generator = await loadModel(join(here.root, 'artifacts/gan/gan/generator'));
    const classifier = await loadModel(join(here.root, 'artifacts/mnist/train/model'));
    const classes = classifier.card.classes!.length;
    const labels = Int32Array.from({ length: drawn }, (_, row) => row % classes);
    const { shape } = generator.card.features;
    const features = latentsOf({ latent: shape[0]! - classes, classes }, labels, 4711);
    const images = await outputsOf(generator.network, { rows: drawn, features, featureShape: shape });
    const asImages = { rows: drawn, features: images, featureShape: classifier.card.features.shape };
    const probabilities = softmax(await outputsOf(classifier.network, asImages), classes);

    const rows = Array.from({ length: drawn }, (_, row) => [...probabilities.subarray(row * classes, (row + 1) * classes)]); // biome-ignore format: one line
    const sure = rows.filter((row) => Math.max(...row) > 0.9);
    expect(sure.length / drawn).toBeGreaterThanOrEqual(0.85);
    for (let digit = 0; digit < classes; digit += 1) {
      const seen = rows.filter((row) => row.indexOf(Math.max(...row)) === digit);
      expect(seen.length / drawn, `digit ${digit}`).toBeGreaterThanOrEqual(0.03);
    }
  },
);
