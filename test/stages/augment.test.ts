import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { augmentBatch } from '../../src/learn/data/augment.ts';
import { type Column, type Examples, loadExamples, readManifest } from '../../src/learn/data/dataset.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import { stream } from '../../src/learn/random.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/augment/run.ts';
import { digestsOf } from '../learn/data/folder.ts';
import { headerFor, readRows, rowsOf, valuesOf, writeDataset } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let images: string;
let table: string;
beforeAll(async () => {
  folder = await makeFolder();
  images = await writeImages(join(folder.path, 'images'));
  table = await writeTable(join(folder.path, 'table'));
});
afterAll(() => folder.remove());

const rows = 12;

/** Images of 4 × 4 pixels, normalized by their encoding. */
const writeImages = (path: string): Promise<string> => {
  const random = stream(1);
  const data: Rows = {
    ids: Array.from({ length: rows }, (_, row) => `id${row}`),
    official: null,
    columns: new Map([
      [
        'image',
        { kind: 'tensor', shape: [4, 4, 1], values: Uint8Array.from({ length: 16 * rows }, () => random.int(256)) },
      ],
      ['digit', { kind: 'label', values: Array.from({ length: rows }, (_, row) => String(row % 3)) }],
    ]),
  };
  const columns: Column[] = [
    {
      name: 'image',
      kind: 'tensor',
      dtype: 'uint8',
      shape: [4, 4, 1],
      encoding: { scale: Math.fround(1 / 80), offset: -0.5 },
    },
    { name: 'digit', kind: 'category', dtype: 'string', categories: ['0', '1', '2'] },
  ];
  return writeDataset(path, data, { target: 'digit', official: false, columns });
};

/** Two columns as normalize writes them: a number, and one of a category. */
const writeTable = (path: string): Promise<string> => {
  const data = rowsOf({ x: [0.5, 0.25, -1], 'c=a': [1, 0, 1], y: ['u', 'v', 'u'] });
  const columns: Column[] = [
    { name: 'x', kind: 'number', dtype: 'float32' },
    { name: 'c=a', kind: 'number', dtype: 'uint8' },
    { name: 'y', kind: 'category', dtype: 'string', categories: ['u', 'v'] },
  ];
  return writeDataset(path, data, { ...headerFor(data, 'y'), columns });
};

const augment = (train: string, params: JsonObject, seed = 1337): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'augment', deps: { train }, params, seed });

const trainIn = ({ outs }: StageOutcome): string => outs['train'] as string;
const previewIn = async ({ outs }: StageOutcome) => {
  const preview = JSON.parse(await readFile(outs['preview'] as string, 'utf8'));
  expect(complaints('preview', preview)).toEqual([]);
  return preview;
};

/** What training would see in an epoch. */
const epochOf = (examples: Examples, policy: Examples['augment'], epoch: number): Float32Array => {
  const features = examples.features.slice();
  if (policy !== null) augmentBatch(policy, features, { shape: examples.featureShape, ids: examples.ids, epoch });
  return features;
};

describe('augment with a policy', () => {
  it('hands the rows on byte for byte, with the policy in the manifest', async () => {
    const outcome = await augment(images, { shift: 1, flip: 'horizontal' });
    expect(outcome.summary).toBe('12 examples, horizontal flip, shift 1, anew in each epoch');
    const [before, after] = [await digestsOf(images), await digestsOf(trainIn(outcome))];
    expect({ ...after, 'dataset.json': '' }).toEqual({ ...before, 'dataset.json': '' });
    expect(complaints('dataset', await readManifest(trainIn(outcome)))).toEqual([]);
    const { augment: policy } = await readManifest(trainIn(outcome));
    expect(policy).toMatchObject({ outside: -0.5, fill: 'zero', spared: [], own: [], pack: null });
    expect(policy?.range?.map((end) => Math.fround(end))).toEqual([-0.5, Math.fround(255 / 80 - 0.5)]);
    expect(policy?.transforms).toEqual([
      { name: 'flip', amount: 'horizontal', probability: 0.5 },
      { name: 'shift', amount: 1, probability: 1 },
    ]);
  });

  it('is decided by the seed', async () => {
    const seeds = await Promise.all(
      [1, 1, 2].map(
        async (seed) => (await readManifest(trainIn(await augment(images, { shift: 1 }, seed)))).augment?.seed,
      ),
    );
    expect(seeds[0]).toBe(seeds[1]);
    expect(seeds[0]).not.toBe(seeds[2]);
  });

  it('spares the columns of categories', async () => {
    const outcome = await augment(table, { noise: 0.1 });
    const examples = await loadExamples(trainIn(outcome));
    expect(examples.augment?.spared).toEqual([1]);
    const noisy = epochOf(examples, examples.augment, 1);
    expect([noisy[1], noisy[3], noisy[5]]).toEqual([1, 0, 1]);
    expect([noisy[0], noisy[2], noisy[4]]).not.toEqual([0.5, 0.25, -1]);
  });
});

describe('augment with copies', () => {
  it.each([
    ['shift and flip', { shift: 1, flip: 'vertical' }, 'uint8'],
    ['noise', { shift: 1, noise: 0.1 }, 'float32'],
  ] as const)('writes what training would see in the epoch of that number: %s', async (_, params, dtype) => {
    const [anew, written] = [await augment(images, params), await augment(images, { ...params, copies: 2 })];
    const original = await loadExamples(trainIn(anew));
    const all = await loadExamples(trainIn(written));
    expect(written.summary).toMatch(/^36 examples, .*, 2 written for each row$/);
    expect(all.augment).toBeNull();
    expect((await readManifest(trainIn(written))).columns[0]).toMatchObject({ dtype });
    expect(all.ids).toEqual(['', '+1', '+2'].flatMap((mark) => original.ids.map((id) => `${id}${mark}`)));
    expect([...all.target]).toEqual([...original.target, ...original.target, ...original.target]);
    for (const epoch of [0, 1, 2]) {
      const expected = epochOf(original, epoch === 0 ? null : original.augment, epoch);
      expect(all.features.slice(epoch * 16 * rows, (epoch + 1) * 16 * rows)).toEqual(expected);
    }
  });

  it('writes rows of tables too', async () => {
    const [anew, written] = [await augment(table, { noise: 0.1 }), await augment(table, { noise: 0.1, copies: 1 })];
    const original = await loadExamples(trainIn(anew));
    const all = await loadExamples(trainIn(written));
    expect([...all.features]).toEqual([...original.features, ...epochOf(original, original.augment, 1)]);
    expect(all.ids).toEqual(['r0', 'r1', 'r2', 'r0+1', 'r1+1', 'r2+1']);
  });
});

describe('augment on tensors that are no images', () => {
  const write = async (
    dtype: 'int32' | 'uint8',
    values: Int32Array | Uint8Array,
    encoding?: { scale: number; offset: number },
  ) => {
    const data: Rows = {
      ids: ['a', 'b', 'c'],
      official: null,
      columns: new Map([
        ['x', { kind: 'tensor', shape: [4], values }],
        ['y', { kind: 'label', values: ['u', 'v', 'u'] }],
      ]),
    };
    const columns: Column[] = [
      { name: 'x', kind: 'tensor', dtype, shape: [4], ...(encoding && { encoding }) },
      { name: 'y', kind: 'category', dtype: 'string', categories: ['u', 'v'] },
    ];
    return writeDataset(await mkdtemp(join(folder.path, 'tensors-')), data, { target: 'y', official: false, columns });
  };

  it('masks words of token ids, in each epoch and in copies alike, and keeps them whole numbers', async () => {
    const tokens = await write('int32', Int32Array.of(5, 6, 7, 0, 8, 9, 0, 0, 4, 4, 4, 4));
    await expect(augment(tokens, { word_dropout: 0.5 })).rejects.toThrow('word_dropout needs mask_token');
    const params = { word_dropout: 0.5, mask_token: 1 };
    const original = await loadExamples(trainIn(await augment(tokens, params)));
    const copied = await augment(tokens, { ...params, copies: 1 });
    const all = await loadExamples(trainIn(copied));
    expect([...all.features]).toEqual([...original.features, ...epochOf(original, original.augment, 1)]);
    expect(all.features.slice(12).filter((token) => token === 1).length).toBeGreaterThan(0);
    expect((await readManifest(trainIn(copied))).columns[0]).toMatchObject({ dtype: 'int32' });
    expect((await previewIn(copied)).rows[0]).toEqual({ example: 'u (a)', version: 'original', x: '5 6 7 0' });
  });

  it('swaps values of vectors, as what they mean', async () => {
    const vectors = await write(
      'uint8',
      Uint8Array.from({ length: 12 }, (_, at) => 10 * at),
      { scale: 0.5, offset: -1 },
    );
    const original = await loadExamples(trainIn(await augment(vectors, { swap: 0.9 })));
    const all = await loadExamples(trainIn(await augment(vectors, { swap: 0.9, copies: 1 })));
    const pool = { rows: 3, features: original.features };
    const seen = original.features.slice();
    augmentBatch(original.augment!, seen, { shape: [4], ids: original.ids, epoch: 1, pool });
    expect([...all.features]).toEqual([...original.features, ...seen]);
    expect([...seen]).not.toEqual([...original.features]);
    seen.forEach((value, at) => {
      expect([0, 1, 2].map((row) => original.features[4 * row + (at % 4)])).toContain(value);
    });
  });
});

describe("augment's preview", () => {
  it('is a contact sheet: the first row of each class, with each transform alone and all together', async () => {
    const preview = await previewIn(await augment(images, { shift: 1, rotate: 20 }));
    expect(preview).toMatchObject({ kind: 'image', width: 4, height: 4, rows: ['0', '1', '2'] });
    const labels = preview.columns.map(({ label }: { label: string }) => label);
    expect(labels).toEqual(['original', 'rotate 20°', 'shift 1', 'all, epoch 1', 'all, epoch 2', 'all, epoch 3']);
    const original = decode(Buffer.from(preview.columns[0].image.replace('data:image/png;base64,', ''), 'base64'));
    expect(original).toMatchObject({ width: 4, height: 12, channels: 1, depth: 8 });
    // The range of the encoding is the range of the picture: stored bytes come back.
    const stored = (await readRows(images)).columns.get('image') as { values: Uint8Array };
    expect([...original.data]).toEqual([...stored.values.slice(0, 48)]);
  });

  it('shows what training will see', async () => {
    const outcome = await augment(images, { shift: 1, rotate: 20 });
    const { columns } = await previewIn(outcome);
    const examples = await loadExamples(trainIn(outcome));
    const [low, high] = examples.augment!.range as [number, number];
    for (const epoch of [1, 2, 3]) {
      const seen = epochOf(examples, examples.augment, epoch).slice(0, 48);
      const shown = decode(Buffer.from(columns[2 + epoch].image.replace('data:image/png;base64,', ''), 'base64'));
      const bytes = [...seen].map((value) => Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low)))));
      expect([...shown.data]).toEqual(bytes);
    }
  });

  it('is rows for a table', async () => {
    const preview = await previewIn(await augment(table, { noise: 0.1, swap: 0.5 }));
    expect(preview.kind).toBe('table');
    const rows = preview.rows as { example: string; version: string; x: number; 'c=a': number }[];
    expect(rows.map(({ example, version }) => `${example} ${version}`)).toEqual(
      ['u (r0)', 'v (r1)'].flatMap((row) =>
        ['original', 'swap 50 %', 'noise 0.1', 'all, epoch 1'].map((each) => `${row} ${each}`),
      ),
    );
    expect(rows[0]).toEqual({ example: 'u (r0)', version: 'original', x: 0.5, 'c=a': 1 });
    expect(rows[2]!['c=a']).toBe(1);
    expect(rows[2]!.x).not.toBe(0.5);
  });

  it('has the same bytes again', async () => {
    const [first, second] = [await augment(images, { shift: 1 }), await augment(images, { shift: 1 })];
    expect(await digestsOf(join(trainIn(first), '..'))).toEqual(await digestsOf(join(trainIn(second), '..')));
  });
});

describe('a pack', () => {
  it('gives transforms to begin with, which a param changes or turns off', async () => {
    const outcome = await augment(images, { pack: 'digits', rotate: 5, shear: 0, shift: 1 });
    expect(outcome.summary).toBe('12 examples, rotate 5°, zoom 10 %, shift 1, anew in each epoch');
    expect((await readManifest(trainIn(outcome))).augment).toMatchObject({ pack: 'digits', despite: {} });
  });

  it('refuses what it forbids with its reason, before any work', async () => {
    await expect(augment(images, { pack: 'digits', shift: 1, flip: 'horizontal' })).rejects.toThrow(
      'the pack "digits" forbids flip (horizontal): a mirrored 2 is no digit',
    );
    await expect(augment(images, { pack: 'digits', shift: 1, rotate: 45 })).rejects.toThrow(
      'forbids rotate of 45 (beyond 30): a 6 that is turned far enough is a 9',
    );
  });

  it('gives way to a reason, which is recorded and told', async () => {
    const reason = 'these are of a stamp, which prints mirrored';
    const outcome = await augment(images, { pack: 'digits', shift: 1, flip: 'horizontal', despite: { flip: reason } });
    expect((await readManifest(trainIn(outcome))).augment?.despite).toEqual({ flip: reason });
    expect(outcome.notices).toEqual([`the pack "digits" forbids flip; it is applied despite that: ${reason}`]);
    await expect(augment(images, { pack: 'digits', shift: 1, despite: { flip: reason } })).rejects.toThrow(
      'despite gives a reason for "flip", which nothing forbids',
    );
  });
});

describe('augment on texts', () => {
  const write = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder.path, name), content);
    return join(folder.path, name);
  };
  const texts = async (): Promise<string> => {
    const data = rowsOf({ text: ['A good film, a very good film', 'bad', null], mood: ['+', '-', '+'] });
    const columns: Column[] = [
      { name: 'text', kind: 'text', dtype: 'string' },
      { name: 'mood', kind: 'category', dtype: 'string', categories: ['+', '-'] },
    ];
    return writeDataset(await mkdtemp(join(folder.path, 'texts-')), data, { ...headerFor(data, 'mood'), columns });
  };

  it('writes copies with synonyms from the table given, traced to their rows', async () => {
    const deps = {
      train: await texts(),
      synonyms: await write('words.json', '{ "Film": ["movie"], "good": ["fine"] }'),
    };
    const outcome = await runStage(run, folder.path, { type: 'augment', deps, params: { synonyms: 1, copies: 2 } });
    const rows = await readRows(trainIn(outcome));
    expect(rows.ids).toEqual(['r0', 'r1', 'r2', 'r0+1', 'r1+1', 'r2+1', 'r0+2', 'r1+2', 'r2+2']);
    const fine = 'A fine movie, a very fine movie';
    expect(valuesOf(rows, 'text')).toEqual([
      ...['A good film, a very good film', 'bad', null, fine, 'bad', null, fine, 'bad', null],
    ]);
    expect(valuesOf(rows, 'mood')).toEqual(['+', '-', '+', '+', '-', '+', '+', '-', '+']);
    const preview = await previewIn(outcome);
    expect(preview.rows[1]).toMatchObject({ example: '+ (r0)', version: 'synonyms 100 %', text: fine });
  });

  it.each([
    ['{ "film": "movie" }', 'words.json is no table of synonyms: "film" has no list of words'],
    ['[]', 'words.json is no table of synonyms: it is no object'],
    ['{', 'words.json is not JSON'],
  ])('refuses a table that is none: %s', async (content, message) => {
    const deps = { train: await texts(), synonyms: await write('words.json', content) };
    const params = { synonyms: 1, copies: 1 };
    await expect(runStage(run, folder.path, { type: 'augment', deps, params })).rejects.toThrow(message);
  });

  it('refuses what training never sees', async () => {
    await expect(augment(await texts(), { typos: 0.1 })).rejects.toThrow(
      'typos alters texts, which training never sees',
    );
    await expect(augment(await texts(), { synonyms: 0.1, copies: 1 })).rejects.toThrow(
      'synonyms needs the dep synonyms',
    );
  });
});

describe('augment refuses', () => {
  it.each([
    ['to do nothing', () => images, {}, 'augment asks for nothing'],
    ['to do nothing, however often', () => images, { shift: 0, flip: 'none' }, 'augment asks for nothing'],
    ['to shift columns', () => table, { shift: 1 }, 'shift is for images, and the features are columns'],
    ['to flip columns', () => table, { flip: 'horizontal' }, 'these can have swap, noise, mixup'],
    [
      'another domain',
      () => table,
      { pack: 'digits' },
      'the pack "digits" is for images, and the features are columns',
    ],
    [
      'a chance for nothing',
      () => images,
      { shift: 1, probability: { zoom: 1 } },
      'probability names "zoom", which is not',
    ],
    ['mixed copies', () => images, { mixup: 0.2, copies: 1 }, 'mixup mixes targets, and a written row has one'],
    [
      'to shift an image away',
      () => images,
      { shift: 4 },
      'a shift of up to 4 pixels can move the whole of an image of 4 × 4',
    ],
  ] as [string, () => string, JsonObject, string][])('%s', async (_, train, params, message) => {
    await expect(augment(train(), params)).rejects.toThrow(message);
  });

  it.each(['validation', 'test'])('a split that models are judged on: %s', async (name) => {
    const path = await writeTable(join(folder.path, name));
    await expect(augment(path, { noise: 0.1 })).rejects.toThrow(
      `dep train is ${name}: what a model is judged on is never`,
    );
  });

  it('rows of an official test set', async () => {
    const data = rowsOf({ x: [1, 2, 3], y: ['u', 'v', 'u'] }, ['train', 'test', 'train']);
    const path = await writeDataset(join(folder.path, 'unsplit'), data, headerFor(data, 'y'));
    await expect(augment(path, { noise: 0.1 })).rejects.toThrow('dep train has 1 rows of the official test set');
  });

  it('a second policy', async () => {
    const once = trainIn(await augment(images, { shift: 1 }));
    await expect(augment(once, { noise: 0.1 })).rejects.toThrow('dep train has a policy already');
  });
});
