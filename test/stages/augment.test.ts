import { readFile } from 'node:fs/promises';
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
import { headerFor, rowsOf, writeDataset } from '../learn/data/rows.ts';
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
    expect(outcome.summary).toBe('12 examples, shift 1, horizontal flip, anew in each epoch');
    const [before, after] = [await digestsOf(images), await digestsOf(trainIn(outcome))];
    expect({ ...after, 'dataset.json': '' }).toEqual({ ...before, 'dataset.json': '' });
    expect(complaints('dataset', await readManifest(trainIn(outcome)))).toEqual([]);
    const { augment: policy } = await readManifest(trainIn(outcome));
    expect(policy).toMatchObject({ shift: 1, flip: 'horizontal', noise: 0, fill: -0.5, spared: [] });
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

describe("augment's preview", () => {
  it('is a contact sheet with the first row of each class above its versions', async () => {
    const preview = await previewIn(await augment(images, { shift: 1 }));
    expect(preview).toMatchObject({ format: 'stemma-preview-v1', kind: 'image' });
    expect(preview.caption).toBe('Top row: originals. Below: 5 altered versions of each (shift 1)');
    const png = decode(Buffer.from(preview.image.replace('data:image/png;base64,', ''), 'base64'));
    // 3 columns and 6 rows of images that are enlarged from 4 to 56 pixels, with 4 pixels around each.
    expect(png).toMatchObject({ width: 4 + 3 * 60, height: 4 + 6 * 60, channels: 1, depth: 8 });
    const { features } = await loadExamples(images);
    const [low, high] = [Math.min(...features.slice(0, 48)), Math.max(...features.slice(0, 48))];
    const shown = png.data[png.width * (4 + 14 * 3 + 5) + 4 + 60 * 2 + 14 * 2 + 1];
    expect(shown).toBe(Math.round((255 * ((features[32 + 14] as number) - low)) / (high - low)));
    expect(png.data[0]).toBe(128);
  });

  it('is rows for a table', async () => {
    const preview = await previewIn(await augment(table, { noise: 0.1 }));
    expect(preview.kind).toBe('table');
    expect(preview.rows.map((row: { example: string }) => row.example)).toEqual([
      'r0 original',
      'r0 altered',
      'r1 original',
      'r1 altered',
    ]);
    expect(preview.rows[0]).toEqual({ example: 'r0 original', x: 0.5, 'c=a': 1 });
    expect(preview.rows[1]['c=a']).toBe(1);
    expect(preview.rows[1].x).not.toBe(0.5);
  });

  it('has the same bytes again', async () => {
    const [first, second] = [await augment(images, { shift: 1 }), await augment(images, { shift: 1 })];
    expect(await digestsOf(join(trainIn(first), '..'))).toEqual(await digestsOf(join(trainIn(second), '..')));
  });
});

describe('augment refuses', () => {
  it.each([
    ['to do nothing', () => images, {}, 'augment asks for nothing'],
    ['to shift columns', () => table, { shift: 1 }, 'shift and flip are for images, and the features are columns'],
    ['to flip columns', () => table, { flip: 'horizontal' }, 'shift and flip are for images'],
    [
      'to shift an image away',
      () => images,
      { shift: 4 },
      'a shift of up to 4 pixels can move the whole of an image of 4 × 4',
    ],
  ] as [string, () => string, JsonObject, string][])('%s', async (_, train, params, message) => {
    await expect(augment(train(), params)).rejects.toThrow(message);
  });
});
