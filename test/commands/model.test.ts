import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelDescription } from '../../src/types/model-program.ts';
import { runWell, stemma } from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';

// Penguins, up to what train reads; train itself never runs.

let project: TestProject;
let temporary: string;

beforeAll(async () => {
  project = openProject(makeFolder());
  temporary = makeFolder();
  project.write('data/.keep', '');
  const packaged = join(import.meta.dirname, '../../node_modules/vega-datasets/data/penguins.json');
  copyFileSync(packaged, join(project.root, 'data/penguins.json'));
  project.pipeline({ stages: stagesWith({ preset: 'mlp', units: [8] }) });
  project.pipeline(
    {
      stages: {
        ...stagesWith({ preset: 'mlp' }),
        raw: { uses: 'train', deps: { train: 'ingest.examples' }, params: { model: { preset: 'mlp' } } },
      },
    },
    'fresh',
  );
  await runWell(project, ['p', 'normalize']);
}, 120_000);
afterAll(() => {
  removeFolder(project.root);
  removeFolder(temporary);
});

const stagesWith = (model: object) => ({
  ingest: { uses: 'ingest', deps: { source: { path: 'data/penguins.json' } }, params: { target: 'Species' } },
  clean: { uses: 'clean', deps: { examples: 'ingest.examples' }, params: { map: { Sex: { '.': null } }, missing: { default: 'drop' } } },
  normalize: { uses: 'normalize', deps: { train: 'clean.examples' }, params: { method: 'standard' } },
  train: { uses: 'train', deps: { train: 'normalize.train', fitted: 'normalize.fitted' }, params: { model, batch_size: 16 } },
}); // biome-ignore format: a line a stage

const model = (...args: readonly string[]) => stemma(project, ['model', ...args], { env: { TMPDIR: temporary } });

const described = async (...args: readonly string[]): Promise<ModelDescription> => {
  const { exitCode, stdout, stderr } = await model(...args, '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

describe('stemma model', () => {
  it('prints a line a layer, and what training takes, without training', async () => {
    const { exitCode, stdout, stderr } = await model('train', 'p');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      [
        'p: train, 3 layers',
        '',
        '  layer     kind        output  parameters  FLOPs',
        '  features  InputLayer  9                0      0',
        '  dense_1   Dense       8               80    152',
        '  head      Dense       3               27     51',
        '',
        '  parameters           107: 107 trainable, 0 frozen',
        '  FLOPs of an example  203, forward',
        '  memory of a step     at least 3.0 kB with batches of 16: weights 428 B, gradients 428 B, optimizer 856 B, activations 1.3 kB',
      ].join('\n'),
    );
    expect(readdirSync(join(project.root, 'artifacts/p'))).not.toContain('train');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('prints all of it as JSON', async () => {
    const { parameters, flops, memory, findings, layers } = await described('train', 'p');
    expect({ parameters, flops, findings }).toEqual({
      parameters: { trainable: 107, frozen: 0 },
      flops: { forward: 203, uncounted: [] },
      findings: [],
    });
    // 107 weights, as many gradients, two numbers of Adam's for each; 9 features and 11 outputs of 16 examples.
    expect(memory).toEqual({ batchSize: 16, weights: 428, gradients: 428, slots: 856, activations: 1280, total: 2992 });
    expect(layers.map(({ name, outputShape }) => [name, outputShape])).toEqual([
      ['features', [9]],
      ['dense_1', [8]],
      ['head', [3]],
    ]);
  });

  it('shows what would change: another optimizer, another batch size', async () => {
    const { memory } = await described(
      'train',
      'p',
      '--set',
      'stages.train.params.optimizer={"name":"sgd"}',
      '--set',
      'stages.train.params.batch_size=32',
    );
    expect(memory).toMatchObject({ slots: 0, activations: 2560 });
  });

  it('tells what speaks against the network, and what is let be', async () => {
    const set = 'stages.train.params.model={"preset":"mlp","units":[512,512]}';
    const { exitCode, stdout } = await model('train', 'p', '--set', set);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^ {2}warning: more-parameters-than-examples\n {4}269,315 parameters are trained on 333 examples/m,
    );
    const reason = 'stages.train.params.lint.ignore={"more-parameters-than-examples":"to see it overfit"}';
    const ignored = await model('train', 'p', '--set', set, '--set', reason);
    expect(ignored.stdout).toMatch(
      /^ {2}let be: more-parameters-than-examples\n {4}269,315 .*\n {4}because: to see it overfit$/m,
    );
  });

  it('takes the data out of the store where it no longer stands in the workspace', async () => {
    await runWell(project, ['p', 'normalize', '--set', 'stages.normalize.params.method=min-max']);
    const { findings, parameters } = await described('train', 'p');
    expect([findings, parameters.trainable]).toEqual([[], 107]);
    expect(readdirSync(temporary)).toEqual([]);
    await runWell(project, ['p', 'normalize']);
  });

  it.each([
    [['trian', 'p'], /pipeline "p" has no stage "trian"\nhint: did you mean "train"\?/],
    [['clean', 'p'], /stage "clean" builds no network: it is not of Stemma's stage type train\nhint: those that do: train/],
    [['train', 'p', '--set', 'stages.ingest.params.target=Island'], /what stage "train" reads is not there: ingest, clean, normalize have to run first\nhint: `stemma run p normalize` does that/],
    [['train', 'p', '--set', 'stages.train.params.lint.ignore={"head-unit":"x"}'], /stage "train" has no param "head-unit"[\s\S]*did you mean "head-units"\?/],
    [['train', 'p', '--set', 'stages.train.params.lint.ignore={"head-units":" "}'], /head-units/],
  ])('says what is wrong with %j: exit code 2', async (args, message) => {
    const { exitCode, stdout, stderr } = await model(...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  }); // biome-ignore format: one row a mistake

  it('says why a network cannot be built: exit code 1', async () => {
    const images = await model('train', 'p', '--set', 'stages.train.params.model={"preset":"cnn"}');
    expect([images.exitCode, images.stdout]).toEqual([1, '']);
    expect(images.stderr).toMatch(
      /^error: the preset "cnn" takes images .*; the features are \[9\]\nhint: "preset": "mlp"/,
    );
    await runWell(project, ['fresh', 'ingest']);
    const raw = await model('raw', 'fresh');
    expect([raw.exitCode, raw.stdout]).toEqual([1, '']);
    expect(raw.stderr).toMatch(
      /^error: feature ".*" is a category, and a model takes numbers\nhint: put a normalize stage before/,
    );
  });
});
