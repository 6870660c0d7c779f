import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetWriter, headerOf, openDataset } from '../../src/learn/data/dataset.ts';
import type { ColumnData } from '../../src/learn/data/rows.ts';
import { copyShards } from '../../src/learn/data/shards.ts';
import { readTable } from '../../src/learn/data/table.ts';
import { StageError } from '../../src/learn/error.ts';
import { isFindings } from '../../src/learn/generated/findings.js';
import { loadModel } from '../../src/learn/models/predict.ts';
import { stream } from '../../src/learn/random.ts';
import type { Column } from '../../src/types/generated/dataset.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { BackendChoice } from '../../src/types/stage.ts';
import { run as augment } from '../../stages/augment/run.ts';
import { run } from '../../stages/train/run.ts';
import { policyOf } from '../learn/data/policy.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageInputs, type StageOutcome } from './context.ts';

const backend: BackendChoice = { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true };
const kinds = ['low', 'high'] as const;
const params: JsonObject = { model: { preset: 'mlp', units: [4] }, epochs: 4, batch_size: 16 };

describe('the train stage', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  let train: string;
  let validation: string;
  let prices: string;
  let empty: string;

  /** Points of a square; the target is whether they lie above its diagonal, or by how much. */
  const square = async (name: string, rows: number, target: Column): Promise<string> => {
    const folder = join(workspace.path, name);
    const features = ['x', 'y'].map((feature): Column => ({ name: feature, kind: 'number', dtype: 'float32' }));
    const header = { target: target.name, columns: [...features, target], official: false };
    const writer = await createDatasetWriter(folder, header);
    const random = stream(rows);
    const [x, y] = ['x', 'y'].map(() => Float64Array.from({ length: rows }, () => random.next()));
    const above = y!.map((value, row) => value - x![row]!);
    await writer.append({
      ids: Array.from(above, (_, row) => `${name}-${row}`),
      official: null,
      columns: new Map<string, ColumnData>([
        ['x', { kind: 'number', values: x! }],
        ['y', { kind: 'number', values: y! }],
        target.kind === 'category'
          ? [target.name, { kind: 'label', values: Array.from(above, (by) => kinds[by > 0 ? 1 : 0]) }]
          : [target.name, { kind: 'number', values: above }],
      ]),
    });
    await writer.close();
    return folder;
  };

  beforeAll(async () => {
    workspace = await makeFolder();
    const side: Column = { name: 'side', kind: 'category', dtype: 'string', categories: [...kinds] };
    train = await square('train', 200, side);
    validation = await square('validation', 50, side);
    empty = await square('empty', 0, side);
    prices = await square('prices', 100, { name: 'price', kind: 'number', dtype: 'float32' });
  });
  afterAll(() => workspace.remove());

  const trained = (changes: Partial<StageInputs> = {}): Promise<StageOutcome> =>
    runStage(run, workspace.path, { type: 'train', backend, deps: { train, validation }, params, ...changes });
  const historyOf = async ({ outs }: StageOutcome): Promise<TrainingHistory> =>
    JSON.parse(await readFile(outs['history']!, 'utf8'));
  const stopping = (early: JsonObject): JsonObject => ({ ...params, early_stopping: early });

  it('writes a model and a history that are as their schemas say', async () => {
    const outcome = await trained();
    const card = JSON.parse(await readFile(join(outcome.outs['model']!, 'stemma.json'), 'utf8'));
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    for (const [name, value] of [
      ['model', card],
      ['history', await historyOf(outcome)],
    ]) {
      const schema = JSON.parse(await readFile(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
      expect(ajv.validate(schema, value), ajv.errorsText()).toBe(true);
    }
    expect(card).toEqual({
      format: 'stemma-model-v1',
      features: { shape: [2], names: ['x', 'y'] },
      target: 'side',
      classes: ['low', 'high'],
      output: 'logits',
      parameters: 2 * 4 + 4 + 4 * 2 + 2,
    });
    expect((await loadModel(outcome.outs['model']!)).network.countParams()).toBe(card.parameters);
  });

  it('logs every n-th step, and says what preflight and the doctor looked for', async () => {
    const { outs } = await trained({ params: { ...params, log_every: 3 } });
    const { rows, columns } = await readTable(outs['steps']!);
    expect([...columns.get('step')!.values].slice(0, 3)).toEqual([1, 4, 7]);
    expect(rows).toBeGreaterThan(3);
    const findings: unknown = JSON.parse(await readFile(outs['findings']!, 'utf8'));
    if (!isFindings(findings)) throw new Error('findings.json is not as its schema says');
    expect(findings.checks).toHaveLength(12);
    const off = await trained({ params: { ...params, preflight: false } });
    const { checks } = JSON.parse(await readFile(off.outs['findings']!, 'utf8')) as typeof findings;
    expect(checks.slice(0, 6).every(({ state }) => state === 'left out')).toBe(true);
    const [model, other] = await Promise.all([outs, off.outs].map((of) => readdir(of['model']!)));
    for (const file of model!.filter((name) => other!.includes(name)))
      expect((await readFile(join(outs['model']!, file))).equals(await readFile(join(off.outs['model']!, file)))).toBe(
        true,
      );
  });

  it('tells of trouble, or ends with it where that is asked for', async () => {
    const fast = { ...params, optimizer: { name: 'adam', rate: 5 }, preflight: false };
    const { notices, summary } = await trained({ params: fast });
    expect(notices.join('\n')).toMatch(
      /error rate-too-high: a step changed the weights by \d+ % of their size; a lower/,
    );
    expect(summary).toContain('; found: rate-too-high');
    await expect(trained({ params: { ...fast, on_trouble: 'stop' } })).rejects.toThrow(
      /on_trouble is "stop", and rate-too-high was found in step 1: a step changed .*\nhint: a lower optimizer.rate/,
    );
  });

  it('writes what people watch into a folder of its own, and no out of it', async () => {
    const observations = join(workspace.path, 'observations');
    const { outs } = await trained({ observations });
    expect((await readdir(observations)).map((name) => name.replace(/\d+/g, 'n'))).toEqual([
      'events.out.tfevents.n.stemma.n',
    ]);
    const other = await trained();
    for (const out of ['history', 'steps', 'findings'])
      expect((await readFile(outs[out]!)).equals(await readFile(other.outs[out]!))).toBe(true);
  });

  it('tells people, in a line, and keeps clocks out of what it writes', async () => {
    const { summary, metrics, telemetry, progress } = await trained();
    expect(summary).toMatch(/^epoch 4 of 4, best \d: val_loss \d\.\d+, val_accuracy [01]\.\d+(; found: [a-z, -]+)?$/);
    expect(Object.keys(metrics)).toEqual(['val_loss', 'val_accuracy']);
    expect(telemetry['seconds_per_epoch']).toHaveLength(4);
    expect(telemetry['examples_per_second']).toHaveLength(4);
    expect(telemetry['way']).toBe('eager');
    expect(Object.keys(telemetry['step'] as object)).toEqual(['count', 'data', 'transfer', 'compute', 'rest']);
    for (const value of Object.values(telemetry['step'] as object)) expect(value).toBeGreaterThan(0);
    expect(progress.at(-1)).toEqual({ done: 52, total: 52 });
  });

  it('writes the same bytes for the same seed, wherever it runs, and others for another', async () => {
    const bytes = async (changes: Partial<StageInputs>): Promise<string[]> => {
      const { outs } = await trained(changes);
      const names = (await readdir(outs['model']!)).sort().map((name) => join(outs['model']!, name));
      return Promise.all([...names, outs['history']!].map((path) => readFile(path, 'base64')));
    };
    const first = await bytes({});
    expect(await bytes({})).toEqual(first);
    expect(await bytes({ seed: 2 })).not.toEqual(first);
  });

  it('keeps the best epoch by the pipeline’s objective', async () => {
    const objective = { metric: 'macro_f1', mode: 'max', on: 'validation' } as const;
    const { best, kept, epochs } = await historyOf(await trained({ objective }));
    expect(best).toMatchObject({ monitor: 'val_macro_f1', mode: 'max' });
    expect(best.value).toBe(Math.max(...epochs.map(({ val_macro_f1 }) => val_macro_f1!)));
    // Of those that are equal by it, the one with the lowest loss.
    const equal = epochs.filter(({ val_macro_f1 }) => val_macro_f1 === best.value);
    expect(epochs[best.epoch - 1]!.val_loss).toBe(Math.min(...equal.map(({ val_loss }) => val_loss!)));
    expect(kept).toBe(best.epoch);
  });

  it('prefers what early stopping says to the objective', async () => {
    const objective = { metric: 'accuracy', mode: 'max', on: 'validation' } as const;
    const outcome = await trained({ objective, params: stopping({ monitor: 'val_loss' }) });
    expect((await historyOf(outcome)).best).toMatchObject({ monitor: 'val_loss', mode: 'min' });
  });

  it('goes by the loss on validation where nothing is said', async () => {
    expect((await historyOf(await trained())).best).toMatchObject({ monitor: 'val_loss', mode: 'min' });
  });

  it('trains without validation, keeps the last weights and says what train gave', async () => {
    for (const deps of [{ train }, { train, validation: empty }]) {
      const outcome = await trained({ deps });
      expect(await historyOf(outcome)).toMatchObject({ kept: 4, best: { monitor: 'loss' }, stopped: 'finished' });
      expect(outcome.summary).toMatch(/^epoch 4 of 4, best \d(, kept 4)?: loss \d\.\d+, accuracy/);
    }
  });

  it('trains on numbers', async () => {
    const outcome = await trained({ deps: { train: prices, validation: prices } });
    expect(Object.keys(outcome.metrics)).toEqual(['val_loss', 'val_mae']);
    expect((await loadModel(outcome.outs['model']!)).card).toMatchObject({ classes: null, output: 'values' });
  });

  it('stops early, and says so', async () => {
    const early = { patience: 1, min_delta: 10 };
    const outcome = await trained({ params: stopping(early) });
    expect(outcome.summary).toMatch(/^stopped after epoch 2, best 1: /);
    expect(await historyOf(outcome)).toMatchObject({ stopped: 'early', kept: 1 });
    const last = await trained({ params: stopping({ ...early, restore_best: false }) });
    expect(last.summary).toMatch(/^stopped after epoch 2, best 1, kept 2: /);
  });

  it('makes the schedule for a horizon of its own', async () => {
    const schedule = { name: 'cosine', horizon: 8 };
    const { epochs } = await historyOf(await trained({ params: { ...params, schedule } }));
    expect(epochs[3]!.rate).toBeCloseTo(0.0005 * (1 + Math.cos((Math.PI * 51) / 104)), 12);
  });

  it('trained for longer with the same horizon, begins as the shorter training did', async () => {
    const optimizer = { name: 'sgd', rate: 0.1, accumulate: 3 };
    const of = async (epochs: number, horizon?: number) => {
      const schedule = { name: 'cosine', warmup: 0.2, ...(horizon === undefined ? {} : { horizon }) };
      return (await historyOf(await trained({ params: { ...params, optimizer, schedule, epochs } }))).epochs;
    };
    expect((await of(6, 6)).slice(0, 3)).toEqual(await of(3, 6));
    expect(await of(6)).toEqual(await of(6, 6));
    expect(await of(3)).not.toEqual(await of(3, 6));
  });

  it('lowers the rate by a metric that nothing else goes by, which is then recorded', async () => {
    const schedule = { name: 'plateau', monitor: 'val_macro_f1', patience: 1, min_delta: 1, factor: 0.5 };
    const { epochs } = await historyOf(await trained({ params: { ...params, schedule } }));
    expect(epochs.map(({ rate }) => rate / epochs[0]!.rate)).toEqual([1, 1, 0.5, 0.25]);
    for (const { val_macro_f1 } of epochs) expect(val_macro_f1).toBeGreaterThan(0);
  });

  it('smooths labels, in the loss of train and of validation', async () => {
    const longer = { ...params, epochs: 20, optimizer: { name: 'adam', rate: 0.05 } };
    const sharp = await trained({ params: longer });
    const smooth = await trained({ params: { ...longer, label_smoothing: 0.5 } });
    const [last, first] = [(await historyOf(smooth)).epochs.at(-1)!, (await historyOf(sharp)).epochs.at(-1)!];
    expect(first.loss).toBeLessThan(0.3);
    // Of smoothed labels of two classes no loss is lower than their own entropy: of 0.75 and 0.25.
    for (const value of [last.loss, last.val_loss!]) expect(value).toBeGreaterThan(0.5623);
  });

  it('tells of steps of fewer than 16 or more than 256 examples, unless a reason is given', async () => {
    const noticesOf = async (changes: JsonObject) =>
      (await trained({ params: { ...params, ...changes } })).notices.filter((notice) =>
        notice.startsWith('a step has'),
      );
    expect(await noticesOf({ batch_size: 15 })).toEqual([
      'a step has 15 examples, and 16 to 256 are usual: "batch_size_reason" says why, and silences this',
    ]);
    expect(await noticesOf({ batch_size: 15, batch_size_reason: 'few rows' })).toEqual([]);
    for (const batch_size of [16, 256]) expect(await noticesOf({ batch_size })).toEqual([]);
    expect(await noticesOf({ batch_size: 257 })).toHaveLength(1);
    expect(await noticesOf({ batch_size: 8, optimizer: { name: 'adam', accumulate: 2 } })).toEqual([]);
    expect(await noticesOf({ batch_size: 128, optimizer: { name: 'adam', accumulate: 4 } })).toEqual([
      'a step has 512 examples (batch_size 128 × optimizer.accumulate 4), and 16 to 256 are usual: "batch_size_reason" says why, and silences this',
    ]);
  });

  it('applies a transform of the user\u2019s own, which travels in the data set', async () => {
    const weightsAfter = async (body: string): Promise<Buffer> => {
      const transforms = await mkdtemp(join(workspace.path, 'transforms-'));
      await writeFile(
        join(transforms, 'own.ts'),
        `export const transform = (values: Float32Array, shape: number[], random: any) => { ${body} };`,
      );
      const deps = { train, transforms };
      const augmented = await runStage(augment, workspace.path, {
        type: 'augment',
        deps,
        params: { transforms: [{ file: 'own.ts' }] },
      });
      await rm(transforms, { recursive: true });
      const { outs } = await trained({ deps: { train: augmented.outs['train']!, validation } });
      return readFile(join(outs['model']!, 'weights.bin'));
    };
    const { outs } = await trained({ deps: { train, validation } });
    const plain = await readFile(join(outs['model']!, 'weights.bin'));
    expect((await weightsAfter('')).equals(plain)).toBe(true);
    const jittered = await weightsAfter('values[0] += random.normal();');
    expect(jittered.equals(plain)).toBe(false);
    expect((await weightsAfter('values[0] += random.normal();')).equals(jittered)).toBe(true);
    await expect(weightsAfter('\n\nvalues[0] = random.oops();')).rejects.toThrow(
      /^own\.ts:3:\d+: TypeError: random\.oops is not/,
    );
  });

  it('trains on mixed rows', async () => {
    const mixed = await runStage(augment, workspace.path, { type: 'augment', deps: { train }, params: { mixup: 0.2 } });
    const longer = { ...params, epochs: 20, optimizer: { name: 'adam', rate: 0.03 } };
    const outcome = await trained({ deps: { train: mixed.outs['train']!, validation }, params: longer });
    const last = (await historyOf(outcome)).epochs.at(-1)!;
    expect(last.val_accuracy).toBeGreaterThan(0.8);
    // Of distributions that are not sure, no loss is 0.
    expect(last.loss).toBeGreaterThan(0.05);
  });

  describe('holds the network against the data', () => {
    const many: JsonObject = { ...params, model: { preset: 'mlp', units: [100, 200] }, epochs: 1 };
    const cardIn = async ({ outs }: StageOutcome) =>
      JSON.parse(await readFile(join(outs['model']!, 'stemma.json'), 'utf8'));

    it('and tells what speaks against it, in a notice and in the model’s card', async () => {
      const outcome = await trained({ params: many });
      const told = 'more-parameters-than-examples: 20,902 parameters are trained on 200 examples, 105 on each';
      expect(outcome.notices).toHaveLength(1);
      expect(outcome.notices[0]).toContain(told);
      const { findings } = await cardIn(outcome);
      expect(findings).toMatchObject([{ id: 'more-parameters-than-examples', severity: 'warning' }]);
      expect(complaints('model', await cardIn(outcome))).toEqual([]);
    });

    it('and lets be what has a reason', async () => {
      const lint = { ignore: { 'more-parameters-than-examples': 'it is a test' } };
      const outcome = await trained({ params: { ...many, lint } });
      expect(outcome.notices).toEqual([]);
      expect((await cardIn(outcome)).findings).toMatchObject([{ ignored: 'it is a test' }]);
    });
  });

  describe('refuses, with a reason,', () => {
    const noisy = async (folder: string): Promise<string> => {
      const [dataset, out] = [await openDataset(folder), await mkdtemp(join(workspace.path, 'noisy-'))];
      await copyShards(dataset, out, { ...headerOf(dataset.manifest), augment: policyOf({ noise: 0.1 }) });
      return out;
    };
    const mistakes: readonly [string, () => Promise<Partial<StageInputs>>, RegExp][] = [
      ['early stopping without validation', async () => ({ deps: { train }, params: stopping({}) }), /early_stopping needs validation/],
      ['a monitor that is not recorded', async () => ({ params: stopping({ monitor: 'val_auc' }) }), /monitor is "val_auc", which is not recorded/],
      ['train without examples', async () => ({ deps: { train: empty } }), /dep train has no examples/],
      ['validation of another kind', async () => ({ deps: { train, validation: prices } }), /train and validation do not fit: target/],
      ['an augmented validation', async () => ({ deps: { train, validation: await noisy(validation) } }), /dep validation has an augmentation policy/],
      ['images that are none', async () => ({ params: { ...params, model: { preset: 'cnn' } } }), /"cnn" takes images/],
      ['a rate that makes it diverge', async () => ({ deps: { train: prices }, params: { ...params, optimizer: { name: 'sgd', rate: 1e30 } } }), /diverged/],
      ['a learning rate that goes by validation that is not there', async () => ({ deps: { train }, params: { ...params, schedule: { name: 'plateau', monitor: 'val_loss' } } }), /schedule\.monitor is "val_loss", and this stage has no dep "validation"/],
      ['a schedule by a metric that is not recorded', async () => ({ params: { ...params, schedule: { name: 'plateau', monitor: 'val_mae' } } }), /schedule\.monitor is "val_mae", which is not recorded/],
      ['smoothed labels of a number', async () => ({ deps: { train: prices, validation: prices }, params: { ...params, label_smoothing: 0.1 } }), /label_smoothing is for classes/],
      ['an exclusion of a variable that there is not', async () => ({ params: { ...params, optimizer: { name: 'adamw', exclude: ['kernels'] } } }), /optimizer\.exclude has "kernels", and no variable of the network is called that/],
      ['a backend that is not there', async () => ({ backend: { ...backend, version: '1.0.0' } }), /resolved as version 1.0.0/],
    ]; // biome-ignore format: one row a mistake
    it.each(mistakes)('%s', async (_, changes, message) => {
      const failed = trained(await changes());
      await expect(failed).rejects.toThrow(StageError);
      await expect(failed).rejects.toThrow(message);
    });
  });
});
