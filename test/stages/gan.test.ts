import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatasetHeader } from '../../src/learn/data/dataset.ts';
import type { ColumnData, Rows } from '../../src/learn/data/rows.ts';
import { isFindings } from '../../src/learn/generated/findings.js';
import { loadModel } from '../../src/learn/models/predict.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { BackendChoice } from '../../src/types/stage.ts';
import { run } from '../../stages/gan/run.ts';
import declaration from '../../stages/gan/stage.json' with { type: 'json' };
import trainDeclaration from '../../stages/train/stage.json' with { type: 'json' };
import { writeDataset } from '../learn/data/rows.ts';
import { sides } from '../learn/gan/plan.ts';
import { makeFolder, runStage } from './context.ts';

const backend: BackendChoice = { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true };
const small: JsonObject = {
  ...{ generator: { preset: 'dcgan', filters: [8] }, discriminator: { preset: 'dcgan', filters: [8] } },
  ...{ epochs: 2, batch_size: 16, latent: 8 },
};

describe('the gan stage', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  let train: string;
  beforeAll(async () => {
    workspace = await makeFolder();
    const { features, target, ids, rows } = sides(96, 1);
    const some: Rows = {
      ids,
      official: null,
      columns: new Map<string, ColumnData>([
        ['image', { kind: 'tensor', shape: [8, 8, 1], values: features }],
        ['side', { kind: 'label', values: Array.from(target, (of) => ['left', 'right'][of]!) }],
      ]),
    };
    const header: DatasetHeader = {
      target: 'side',
      official: false,
      columns: [
        { name: 'image', kind: 'tensor', dtype: 'float32', shape: [8, 8, 1] },
        { name: 'side', kind: 'category', dtype: 'string', categories: ['left', 'right'] },
      ],
    };
    expect(rows).toBe(96);
    train = await writeDataset(join(workspace.path, 'train'), some, header);
  });
  afterAll(() => workspace.remove());

  const played = (params: JsonObject = {}) =>
    runStage(run, workspace.path, { type: 'gan', backend, deps: { train }, params: { ...small, ...params } });
  const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

  it('writes a generator, its history, findings and a sheet for each epoch, as their schemas say', async () => {
    const { outs, summary, metrics } = await played({ conditional: true });
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    const card = await json(join(outs['generator']!, 'stemma.json'));
    for (const [name, value] of [
      ['model', card],
      ['gan-history', await json(outs['history']!)],
    ] as const) {
      const schema = (await json(new URL(`../../schemas/${name}.schema.json`, import.meta.url).pathname)) as JsonObject;
      expect(ajv.validate(schema, value), ajv.errorsText()).toBe(true);
    }
    expect(card).toMatchObject({ features: { shape: [10] }, target: 'image', classes: null });
    const findings = await json(outs['findings']!);
    if (!isFindings(findings)) throw new Error('findings.json is not as its schema says');
    expect(findings.checks.map(({ id }) => id)).toEqual(['mode-collapse', 'discriminator-wins', 'generator-wins']);
    const sheets = await readdir(outs['samples']!);
    expect(sheets.sort()).toEqual(['epoch-0001.png', 'epoch-0002.png']);
    const { width, height } = decode(await readFile(join(outs['samples']!, sheets[0]!)));
    expect([width, height]).toEqual([8 * 60 + 4, 2 * 60 + 4]); // A line of eight for each class, of 56 pixels with gaps of 4.
    const { network } = await loadModel(outs['generator']!);
    expect(network.outputs[0]!.shape).toEqual([null, 8, 8, 1]);
    expect(summary).toMatch(
      /^epoch 2 of 2: generator_loss [\d.]+, discriminator_loss [\d.]+, accuracy [\d.]+, diversity/,
    );
    expect(Object.keys(metrics)).toEqual(['generator_loss', 'discriminator_loss', 'accuracy', 'diversity']);
  });

  it('tells of a collapse, or ends with it', async () => {
    const dead: JsonObject = {
      generator: {
        layers: [
          { type: 'Dense', units: 64, activation: 'sigmoid', kernel_initializer: 'zeros' },
          { type: 'Reshape', target_shape: [8, 8, 1] },
        ],
      },
      generator_optimizer: { name: 'sgd', rate: 1e-9 },
    };
    const { notices } = await played(dead);
    expect(notices.join()).toContain('error mode-collapse: the generator has collapsed');
    await expect(played({ ...dead, on_trouble: 'stop' })).rejects.toThrow('on_trouble is "stop", and mode-collapse');
  });

  it.each([
    [
      { generator: { preset: 'dcgan', filters: [8, 8, 8, 8] } },
      'images of 8×8 cannot be halved 4 times without a rest',
    ],
    [{ generator: { layers: [{ type: 'Dense', units: 64 }] } }, 'the images are [8, 8, 1]; layer 1, "dense_1" (Dense) gives [64]'], // biome-ignore format: one line
    [{ discriminator: { layers: [{ type: 'Conv2D', filters: 4, kernel_size: 3 }] } }, 'discriminator: the head takes vectors'], // biome-ignore format: one line
  ])('refuses %j', async (params, message) => {
    await expect(played(params as JsonObject)).rejects.toThrow(message);
  });

  it('has the layers and the optimizers of train', () => {
    const [ours, theirs] = [declaration.params, trainDeclaration.params];
    // A game's inputs are its own, not columns of the data.
    const other = new Set(['layer', 'optimizer', 'layer_Input']);
    const shared = Object.entries(ours.definitions).filter(([name]) => !other.has(name));
    for (const [name, definition] of shared)
      expect(definition, name).toEqual((theirs.definitions as Record<string, unknown>)[name]);
    const names = (of: { oneOf: readonly { properties: { name: { const: string } } }[] }) =>
      of.oneOf.map(({ properties }) => properties.name.const);
    expect(names(ours.definitions.optimizer)).toEqual(names(theirs.properties.optimizer));
  });
});
