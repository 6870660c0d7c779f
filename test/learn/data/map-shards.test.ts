import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatasetHeader, headerOf, openDataset } from '../../../src/learn/data/dataset.ts';
import { mapShards, type ShardQuery } from '../../../src/learn/data/map-shards.ts';
import type { Rows } from '../../../src/learn/data/rows.ts';
import { makeFolder } from '../../stages/context.ts';
import { digestsOf } from './folder.ts';
import { readRows, valuesOf, writeDataset } from './rows.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
const fresh = (): string => join(folder.path, `d${count++}`);
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const pixels = 1_024;
const shardRows = 8_192;
const rows: Rows = {
  ids: Array.from({ length: 3 * shardRows }, (_, row) => `r${row}`),
  official: Array.from({ length: 3 * shardRows }, (_, row) => (row % 3 === 0 ? 'test' : 'train')),
  columns: new Map([
    [
      'image',
      {
        kind: 'tensor',
        shape: [pixels, 1, 1],
        values: new Uint8Array(3 * shardRows * pixels).map((_, at) => at >> 10),
      },
    ],
    ['n', { kind: 'number', values: Float64Array.from({ length: 3 * shardRows }, (_, row) => row) }],
    [
      'half',
      {
        kind: 'number',
        values: Float64Array.from({ length: 3 * shardRows }, (_, row) => (row % 2 === 0 ? row / 2 : Number.NaN)),
      },
    ],
  ]),
};

let source: string;
beforeAll(async () => {
  source = await writeDataset(fresh(), rows);
});

const mapped = async (
  queryOf: () => ShardQuery,
  change: (header: DatasetHeader) => DatasetHeader = (header) => header,
) => {
  const dataset = await openDataset(source);
  const out = fresh();
  const manifest = await mapShards(dataset, { out, header: change(headerOf(dataset.manifest)), queryOf });
  return { out, manifest };
};

describe('mapShards', () => {
  it('hands everything on, byte for byte, where nothing is asked of it', async () => {
    const { out } = await mapped(() => ({}));
    expect(await digestsOf(out)).toEqual(await digestsOf(source));
  });

  it('computes columns and keeps rows, their ids and their tensors', async () => {
    const { out, manifest } = await mapped(() => ({
      columns: new Map([['half', 'coalesce(half, -1)']]),
      where: 'n >= 10000',
    }));
    expect(manifest.shards.map((shard) => [shard.table, shard.rows])).toEqual([
      ['shards/00001.parquet', 2 * shardRows - 10_000],
      ['shards/00002.parquet', shardRows],
    ]);
    const found = await readRows(out);
    expect(found.ids[0]).toBe('r10000');
    expect(found.official?.slice(0, 3)).toEqual(['train', 'train', 'test']);
    expect(valuesOf(found, 'half').slice(0, 2)).toEqual([5_000, -1]);
    const image = found.columns.get('image');
    if (image?.kind !== 'tensor') throw new Error('no tensor');
    expect(image.values.length).toBe((3 * shardRows - 10_000) * pixels);
    expect([image.values[0], image.values[pixels]]).toEqual([10_000 % 256, 10_001 % 256]);
  });

  it('leaves columns and tensors out that the new header does not have', async () => {
    const { out, manifest } = await mapped(
      () => ({}),
      (header) => ({ ...header, columns: header.columns.filter(({ name }) => name === 'n') }),
    );
    expect(manifest.shards[0]).toEqual({ rows: shardRows, table: 'shards/00000.parquet' });
    expect([...(await readRows(out)).columns.keys()]).toEqual(['n']);
  });

  it('can leave no row', async () => {
    const { out, manifest } = await mapped(() => ({ where: 'n < 0' }));
    expect(manifest).toMatchObject({ rows: 0, shards: [] });
    expect(Object.keys(await digestsOf(out))).toEqual(['dataset.json']);
  });

  it('touches the shards whose rows change', async () => {
    const [before, after] = await Promise.all([
      mapped(() => ({ where: 'n <> 9000' })),
      mapped(() => ({ where: 'n <> 9000 AND n <> 9001' })),
    ]);
    const [one, other] = [await digestsOf(before.out), await digestsOf(after.out)];
    expect(Object.keys(one).filter((path) => one[path] !== other[path])).toEqual([
      'dataset.json',
      'shards/00001.parquet',
      'shards/00001.safetensors',
    ]);
  });
});
