import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../src/learn/backends/backend.ts';
import { createDatasetWriter, loadExamples, openDataset } from '../../src/learn/data/dataset.ts';
import type { ColumnData, LabelData, Rows } from '../../src/learn/data/rows.ts';
import { embed } from '../../src/learn/embed/embed.ts';
import { readPrefix } from '../../src/learn/embed/prefix.ts';
import { readExampleForm } from '../../src/learn/models/example-form.ts';
import { loadModel, outputsOf } from '../../src/learn/models/predict.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { Pretrained } from '../../src/types/generated/pretrained.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as augmentStage } from '../../stages/augment/run.ts';
import { run as embedStage } from '../../stages/embed/run.ts';
import { run as evaluateStage } from '../../stages/evaluate/run.ts';
import { run as trainStage } from '../../stages/train/run.ts';
import { headerFor, readRows } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { bars } from '../learn/training/examples.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

const backend = { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true } as const;

let folder: Awaited<ReturnType<typeof makeFolder>>;
let data: { readonly train: string; readonly validation: string };
let base: StageOutcome;

/** Images of bars as a data set of three shards, each of them of other rows than those of another seed. */
const writeBars = async (
  name: string,
  rows: number,
  seed: number,
  targets: 'bar' | ['bar', 'length'] = 'bar',
): Promise<string> => {
  const { features, target, ids } = bars(61, seed);
  const all: Rows = {
    ids,
    official: null,
    columns: new Map<string, ColumnData>([
      ['image', { kind: 'tensor', shape: [10, 10, 1], values: Uint8Array.from(features, (value) => 100 * value) }],
      ['bar', { kind: 'label', values: [...target].map((of) => ['lying', 'upright'][of]!) }],
      ...(targets === 'bar' ? [] : [['length', lengths(target)] as const]),
    ]),
  };
  const path = join(folder.path, name);
  const header = headerFor(all, 'bar');
  const columns = header.columns.map((column) =>
    column.name === 'bar' ? { ...column, categories: ['lying', 'upright'] } : column,
  ) as typeof header.columns;
  const writer = await createDatasetWriter(path, { ...header, columns, target: targets });
  for (const [from, to] of [
    [0, 20],
    [20, 40],
    [40, rows],
  ] as const) {
    await writer.append(slice(all, from, to));
    await writer.cut();
  }
  await writer.close();
  return path;
};

const lengths = (target: ArrayLike<number>): ColumnData => ({
  kind: 'number',
  values: Float64Array.from(target, (of, row) => of + row / 61),
});

const slice = (rows: Rows, from: number, to: number): Rows => ({
  ids: rows.ids.slice(from, to),
  official: null,
  columns: new Map(
    [...rows.columns].map(([name, column]) => [
      name,
      column.kind === 'tensor'
        ? { ...column, values: column.values.slice(100 * from, 100 * to) }
        : { ...column, values: (column as LabelData).values.slice(from, to) },
    ]),
  ) as Rows['columns'],
});

const trained = (deps: Record<string, string>, params: JsonObject, stage = 'train'): Promise<StageOutcome> =>
  runStage(trainStage, folder.path, {
    ...{ type: 'train', stage, backend, deps },
    params: { preflight: false, ...params },
  });

const embedded = (deps: Record<string, string>, params: JsonObject = { cut: 'flatten' }): Promise<StageOutcome> =>
  runStage(embedStage, folder.path, { type: 'embed', backend, deps, params });

const jsonOf = async <Value>({ outs }: StageOutcome, out: string): Promise<Value> =>
  JSON.parse(await readFile(outs[out]!, 'utf8')) as Value;

const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const weightsIn = async (path: string): Promise<ReadonlyMap<string, readonly number[]>> => {
  const { network } = await loadModel(path, { targets: 'any' });
  return new Map(network.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));
};

beforeAll(async () => {
  folder = await makeFolder();
  data = { train: await writeBars('bars', 60, 1), validation: await writeBars('others', 50, 2) };
  const model = { preset: 'cnn', filters: [4, 8], units: [8], norm: 'batch' };
  base = await trained(data, { model, epochs: 2, batch_size: 16 }, 'base');
});
afterAll(() => folder.remove());

describe('train on a pretrained network that is cut', () => {
  const params = {
    model: { cut: 'pool_2', pooling: 'avg', layers: [{ type: 'Dense', units: 6, activation: 'relu' }] },
    ...{ epochs: 3, batch_size: 16, optimizer: { name: 'adam', rate: 0.01 } },
  };

  it('in a phase of the head leaves the other layers as they were, bit for bit', async () => {
    const outcome = await trained(
      { ...data, pretrained: base.outs['model']! },
      { ...params, phases: [{ train: 'head' }] },
    );
    const [before, after] = [await weightsIn(base.outs['model']!), await weightsIn(outcome.outs['model']!)];
    const taken = [...after.keys()].filter((name) => before.has(name) && !name.startsWith('head'));
    expect(taken).toEqual(expect.arrayContaining(['conv_1/kernel', 'norm_2/moving_mean', 'norm_2/moving_variance']));
    for (const name of taken.filter((each) => !each.startsWith('dense')))
      expect(after.get(name)).toEqual(before.get(name));
    const report = await jsonOf<Pretrained>(outcome, 'pretrained');
    expect(complaints('pretrained', report)).toEqual([]);
    expect(new Set(report.left_out)).toEqual(new Set(['dense_1/kernel', 'dense_1/bias', 'head/kernel', 'head/bias']));
    expect(outcome.notices.filter((notice) => notice.includes('model.json'))).toEqual([]);
  });

  it('records the phases', async () => {
    const phases = [
      { epochs: 1, train: 'head', rate: 0.02 },
      { train: ['from:conv_2'], rate: 0.001 },
    ];
    const outcome = await trained({ ...data, pretrained: base.outs['model']! }, { ...params, phases });
    const history = await jsonOf<TrainingHistory>(outcome, 'history');
    expect(complaints('history', history)).toEqual([]);
    expect(history.epochs.map(({ phase, rate }) => [phase, rate])).toEqual([
      [1, 0.02],
      [2, 0.001],
      [2, 0.001],
    ]);
  });

  it('is refused where there is none, or its phases do not fit', async () => {
    await expect(trained(data, params)).rejects.toThrow(/there is no dep pretrained/);
    const deps = { ...data, pretrained: base.outs['model']! };
    await expect(trained(deps, { ...params, phases: [{ epochs: 4, train: 'head' }] })).rejects.toThrow(
      /take 4 epochs together/,
    );
    await expect(trained(deps, { ...params, phases: [{ train: 'conv_9' }] })).rejects.toThrow(/"conv_9" fits no layer/);
  });
});

describe('embed', () => {
  it('makes of each row what the layers make of it, and keeps shards, ids and targets', async () => {
    const outcome = await embedded({ ...data, pretrained: base.outs['model']! });
    const [from, to] = [await openDataset(data.train), await openDataset(outcome.outs['train']!)];
    expect(to.manifest.shards.map(({ rows, table }) => [rows, table])).toEqual(from.manifest.shards.map(({ rows, table }) => [rows, table])); // biome-ignore format: one line
    const [before, after] = [await readRows(data.train), await readRows(outcome.outs['train']!)];
    expect(after.ids).toEqual(before.ids);
    expect(after.columns.get('bar')).toEqual(before.columns.get('bar'));
    await startBackend(backend);
    const { network, card } = await readPrefix(outcome.outs['prefix']!);
    expect(complaints('prefix', card)).toEqual([]);
    expect(card).toMatchObject({ shape: [8], pretrained: { cut: 'flatten', pooling: 'none' } });
    const examples = await loadExamples(outcome.outs['train']!);
    expect(examples.featureNames).toEqual([card.column]);
    const wanted = await outputsOf(network, await loadExamples(data.train));
    for (const [at, value] of examples.features.entries()) expect(value).toBeCloseTo(wanted[at]!, 5);
    expect(outcome.telemetry).toMatchObject({ computed_shards: 6, kept_shards: 0 });
    expect(outcome.summary).toBe('60 examples of train, 50 examples of validation: [8] each, at "flatten"');
  });

  it('keeps several targets, which a head each learns, on them or on the cut network', async () => {
    const train = await writeBars('two', 60, 3, ['bar', 'length']);
    const pretrained = base.outs['model']!;
    const { outs } = await embedded({ train, pretrained });
    const [before, after] = [await readRows(train), await readRows(outs['train']!)];
    expect((await openDataset(outs['train']!)).manifest.target).toEqual(['bar', 'length']);
    for (const name of ['bar', 'length']) expect(after.columns.get(name)).toEqual(before.columns.get(name));
    expect((await loadExamples(outs['train']!, { targets: 'any' })).featureShape).toEqual([8]);

    const few = { epochs: 1, batch_size: 16 };
    const mlp = { model: { preset: 'mlp', units: [6] }, ...few };
    const whole = await trained({ train: outs['train']!, prefix: outs['prefix']! }, mlp);
    const { network, card } = await loadModel(whole.outs['model']!, { targets: 'any' });
    expect(card).toMatchObject({ target: ['bar', 'length'], features: { shape: [10, 10, 1], names: ['image'] } });
    expect(network.outputs.map(({ shape }) => shape)).toEqual([[null, 2], [null, 1]]); // biome-ignore format: one line
    const cut = { model: { cut: 'pool_2', pooling: 'avg', layers: [{ type: 'Dense', units: 6 }] }, ...few };
    const transferred = await trained({ train, pretrained }, { ...cut, phases: [{ train: 'head' }] });
    const [frozen, kept] = [await weightsIn(pretrained), await weightsIn(transferred.outs['model']!)];
    expect(kept.get('conv_2/kernel')).toEqual(frozen.get('conv_2/kernel'));
    expect([...kept.keys()]).toEqual(expect.arrayContaining(['head_bar/kernel', 'head_length/kernel']));
  });

  it('computes one shard for one new row, and none for the same rows', async () => {
    const { outs } = await embedded({ ...data, pretrained: base.outs['model']! });
    await startBackend(backend);
    const prefix = await readPrefix(outs['prefix']!);
    const pieces = new Map<string, string>();
    const computed = async (path: string): Promise<number> => {
      const { manifest } = await openDataset(path);
      const out = join(folder.path, `${path.split('/').at(-1)}-embedded`);
      const outcome = await embed(path, out, {
        ...{ prefix, backend, batchSize: 16, progress: () => {} },
        files: manifest.shards
          .flatMap(({ table, tensors }) => [table, tensors!])
          .map((each) => ({ path: each, hex: digestOf(join(path, each)) })),
        memo: async (key, make) => {
          const name = JSON.stringify(key);
          const kept = pieces.get(name);
          if (kept !== undefined) return kept;
          const piece = join(folder.path, `piece-${createHash('sha256').update(name).digest('hex')}`);
          mkdirSync(piece);
          await make(piece, undefined);
          pieces.set(name, piece);
          return piece;
        },
      });
      return outcome.computed;
    };
    expect(await computed(data.train)).toBe(3);
    expect(await computed(await writeBars('bars-again', 60, 1))).toBe(0);
    expect(await computed(await writeBars('one-more', 61, 1))).toBe(1);
  });

  it('refuses rows that are augmented anew in each epoch, with the reason; copies are rows like others', async () => {
    const pretrained = base.outs['model']!;
    const policy = await runStage(augmentStage, folder.path, {
      type: 'augment',
      deps: { train: data.train },
      params: { shift: 1 },
    });
    await expect(embedded({ train: policy.outs['train']!, pretrained })).rejects.toThrow(
      /drawn anew in each epoch, and what the layers make of them cannot be computed once\nhint: with "copies"/,
    );
    const copies = await runStage(augmentStage, folder.path, {
      type: 'augment',
      deps: { train: data.train },
      params: { shift: 1, copies: 1 },
    });
    const { summary } = await embedded({ train: copies.outs['train']!, pretrained });
    expect(summary).toMatch(/^120 examples of train/);
  });
});

describe('train on what embed has made', () => {
  const params = { model: { preset: 'mlp', units: [6] }, ...{ epochs: 4, batch_size: 16 } };

  it('gives with the prefix a whole model, which says of images what the head says of what embed made of them', async () => {
    const { outs } = await embedded({ ...data, test: data.validation, pretrained: base.outs['model']! });
    const { train, validation, test, prefix } = outs as Record<'train' | 'validation' | 'test' | 'prefix', string>;
    const head = await trained({ train, validation }, params);
    const whole = await trained({ train, validation, prefix }, params);
    const model = await loadModel(whole.outs['model']!);
    expect(model.card.features).toEqual({ shape: [10, 10, 1], names: ['image'] });
    const { columns } = await readExampleForm(whole.outs['model']!);
    expect(columns).toEqual((await openDataset(data.train)).manifest.columns);
    const names = model.network.layers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['conv_1', 'norm_2', 'flatten', 'dense_1', 'head']));
    const judged = async (outcome: StageOutcome, on: string) => {
      const deps = { model: outcome.outs['model']!, test: on };
      return jsonOf<Evaluation>(
        await runStage(evaluateStage, folder.path, { type: 'evaluate', backend, deps }),
        'evaluation',
      );
    };
    const [ofHead, ofWhole] = [await judged(head, test), await judged(whole, data.validation)];
    expect(ofWhole.metrics).toEqual(ofHead.metrics);
    const before = await weightsIn(base.outs['model']!);
    expect((await weightsIn(whole.outs['model']!)).get('conv_2/kernel')).toEqual(before.get('conv_2/kernel'));
  });

  it('joins also where two layers have one name', async () => {
    const { outs } = await embedded({ ...data, pretrained: base.outs['model']! }, { cut: 'dense_1' });
    const whole = await trained({ train: outs['train']!, prefix: outs['prefix']! }, params);
    const { network } = await loadModel(whole.outs['model']!);
    expect(network.layers.map(({ name }) => name)).toEqual(expect.arrayContaining(['dense_1', 'dense_1_top', 'head']));
  });

  it('is refused with a prefix that made other features', async () => {
    const pretrained = base.outs['model']!;
    const [one, other] = [await embedded({ ...data, pretrained }), await embedded({ ...data, pretrained }, { cut: 'pool_2', pooling: 'avg' })]; // biome-ignore format: one line
    const deps = { train: one.outs['train']!, prefix: other.outs['prefix']! };
    await expect(trained(deps, params)).rejects.toThrow(/take train, validation and prefix from the same embed stage/);
    await expect(trained({ ...deps, prefix: pretrained }, params)).rejects.toThrow(
      /is no prefix: it has no prefix.json/,
    );
  });
});
