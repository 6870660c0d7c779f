import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Column,
  createDatasetWriter,
  type DatasetHeader,
  loadExamples,
  openDataset,
  readManifest,
} from '../../../src/learn/data/dataset.ts';
import { type Rows, rowCount, sliceRows } from '../../../src/learn/data/rows.ts';
import { stream } from '../../../src/learn/random.ts';
import { makeFolder } from '../../stages/context.ts';
import { digestsOf } from './folder.ts';
import { headerFor, readRows, rowsOf, valuesOf, writeDataset } from './rows.ts';
import { complaints } from './schemas.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
const fresh = (): string => join(folder.path, `d${count++}`);
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

/** Images of 1,024 × 1 pixels with a label: as many as 8,192 are a shard. */
const shardRows = 8_192;
const pixels = 1_024;

const images = (rows: number): Rows => {
  const random = stream(1);
  return {
    ids: Array.from({ length: rows }, (_, row) => `r${row}`),
    official: Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 'test' : 'train')),
    columns: new Map([
      [
        'image',
        {
          kind: 'tensor',
          shape: [pixels, 1, 1],
          values: Uint8Array.from({ length: pixels * rows }, (_, at) => (at * 31) >> 3),
        },
      ],
      ['digit', { kind: 'label', values: Array.from({ length: rows }, () => String(random.int(2))) }],
    ]),
  };
};

const writeIn = async (rows: Rows, pieces: readonly number[]): Promise<string> => {
  const path = fresh();
  const writer = await createDatasetWriter(path, headerFor(rows, 'digit'));
  let from = 0;
  for (const piece of [...pieces, rowCount(rows)]) {
    await writer.append(sliceRows(rows, from, Math.min(from + piece, rowCount(rows))));
    from = Math.min(from + piece, rowCount(rows));
  }
  await writer.close();
  return path;
};

describe('createDatasetWriter', () => {
  it('writes full shards and the rest, whatever the pieces are that it gets', async () => {
    const rows = images(2 * shardRows + 100);
    const whole = await writeIn(rows, []);
    const manifest = await readManifest(whole);
    expect(manifest.shards.map((shard) => shard.rows)).toEqual([shardRows, shardRows, 100]);
    expect(manifest.rows).toBe(rowCount(rows));
    expect(complaints('dataset', manifest)).toEqual([]);
    const pieces = await writeIn(rows, [1, 0, 5000, 20, 9000]);
    expect(await digestsOf(pieces)).toEqual(await digestsOf(whole));
  });

  it('touches one shard where one row is appended', async () => {
    const rows = images(2 * shardRows + 100);
    const before = await digestsOf(await writeIn(sliceRows(rows, 0, rowCount(rows) - 1), []));
    const after = await digestsOf(await writeIn(rows, []));
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed).toEqual(['dataset.json', 'shards/00002.parquet', 'shards/00002.safetensors']);
  });

  it('gives back the rows as they were, a shard at a time', async () => {
    const rows = images(shardRows + 7);
    const path = await writeIn(rows, [100]);
    const { shards } = await openDataset(path);
    const sizes: number[] = [];
    for await (const part of shards()) sizes.push(rowCount(part));
    expect(sizes).toEqual([shardRows, 7]);
    const found = await readRows(path);
    const pixelsOf = ({ columns }: Rows): Uint8Array => columns.get('image')?.values as Uint8Array;
    // Millions of elements, which the runner would compare one by one.
    expect(Buffer.compare(pixelsOf(found), pixelsOf(rows))).toBe(0);
    const rest = ({ columns, ...others }: Rows) => ({ ...others, digit: columns.get('digit') });
    expect(rest(found)).toEqual(rest(rows));
  });

  it('writes a data set without rows, which can be loaded', async () => {
    const path = fresh();
    const writer = await createDatasetWriter(path, headerFor(images(3), 'digit'));
    await writer.append(sliceRows(images(3), 0, 0));
    expect((await writer.close()).shards).toEqual([]);
    const examples = await loadExamples(path);
    expect(examples).toMatchObject({ rows: 0, featureShape: [pixels, 1, 1], ids: [] });
    expect(examples.features).toHaveLength(0);
  });
});

describe('readManifest', () => {
  it('says that a folder is no data set, or one of another version', async () => {
    await expect(readManifest(folder.path)).rejects.toThrow('is no data set: it has no dataset.json');
    const path = fresh();
    await mkdir(path);
    await writeFile(join(path, 'dataset.json'), '{"format":"stemma-dataset-v9"}');
    await expect(readManifest(path)).rejects.toThrow('it says "stemma-dataset-v9"');
  });
});

describe('loadExamples', () => {
  it('decodes tensors in float32 and gives classes their indices', async () => {
    const rows = images(9);
    const header = headerFor(rows, 'digit');
    const encoding = { scale: Math.fround(1 / 255), offset: -0.5 };
    const columns: Column[] = [
      { name: 'image', kind: 'tensor', dtype: 'uint8', shape: [pixels, 1, 1], encoding },
      { name: 'digit', kind: 'category', dtype: 'string', categories: ['0', '1'] },
    ];
    const examples = await loadExamples(await writeDataset(fresh(), rows, { ...header, columns }));
    const stored = valuesOf(rows, 'image') as number[];
    expect([...examples.features]).toEqual(
      stored.map((value) => Math.fround(Math.fround(value * encoding.scale) + encoding.offset)),
    );
    expect(examples.classes).toEqual(['0', '1']);
    expect([...examples.target].map(String)).toEqual(valuesOf(rows, 'digit'));
    expect(examples).toMatchObject({
      rows: 9,
      featureShape: [pixels, 1, 1],
      featureNames: ['image'],
      targetName: 'digit',
    });
    expect(examples.augment).toBeNull();
    expect(examples.ids).toEqual(rows.ids);
  });

  it('puts columns side by side, the target apart', async () => {
    const rows = rowsOf({ a: [1, 2, 3], y: [10, 20.5, 30], b: [-1, -2, -3] });
    const examples = await loadExamples(await writeDataset(fresh(), rows, headerFor(rows, 'y')));
    expect(examples.featureShape).toEqual([2]);
    expect(examples.featureNames).toEqual(['a', 'b']);
    expect([...examples.features]).toEqual([1, -1, 2, -2, 3, -3]);
    expect(examples.target).toEqual(Float32Array.of(10, 20.5, 30));
    expect(examples.classes).toBeNull();
  });

  it('loads without a target', async () => {
    const examples = await loadExamples(await writeDataset(fresh(), rowsOf({ a: [1, 2] })));
    expect(examples).toMatchObject({ targetName: null, classes: null, featureShape: [1] });
    expect(examples.target).toHaveLength(0);
  });

  const number: Column = { name: 'y', kind: 'number', dtype: 'float64' };
  const refused: [string, Rows, Partial<DatasetHeader>, RegExp][] = [
    [
      'a category',
      rowsOf({ a: ['x', 'z'], y: [1, 2] }),
      {},
      /feature "a" is a category.*\nhint: put a normalize stage before/,
    ],
    [
      'free text',
      rowsOf({ a: ['x', 'z'], y: [1, 2] }),
      { columns: [{ name: 'a', kind: 'text', dtype: 'string' }, number] },
      /feature "a" is a text/,
    ],
    [
      'a missing value',
      rowsOf({ a: [1, null], y: [1, 2] }),
      {},
      /feature "a" has missing values\nhint: .*clean.missing/,
    ],
    ['a missing number to predict', rowsOf({ a: [1, 2], y: [1, null] }), {}, /without a target "y"/],
    ['a missing label to predict', rowsOf({ a: [1, 2], y: ['u', null] }), {}, /without a target "y"/],
    ['nothing to learn from', rowsOf({ y: [1, 2] }), {}, /has no features/],
  ];
  it.each(refused)('refuses %s', async (_, rows, changes, message) => {
    const path = await writeDataset(fresh(), rows, { ...headerFor(rows, 'y'), ...changes });
    await expect(loadExamples(path)).rejects.toThrow(message);
  });

  it('refuses a tensor beside a column', async () => {
    const rows = images(3);
    const both: Rows = { ...rows, columns: new Map([...rows.columns, ...rowsOf({ a: [1, 2, 3] }).columns]) };
    const path = await writeDataset(fresh(), both, headerFor(both, 'digit'));
    await expect(loadExamples(path)).rejects.toThrow('feature "image" is a tensor and stands beside others');
  });
});
