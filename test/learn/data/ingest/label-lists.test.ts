import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadExamples } from '../../../../src/learn/data/dataset.ts';
import { ingest } from '../../../../src/learn/data/ingest/ingest.ts';
import type { IngestParams } from '../../../../src/learn/data/ingest/params.ts';
import type { DataSchema } from '../../../../src/types/generated/data-schema.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stemma-labels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (file: string, text: string, params: Partial<IngestParams>) => {
  const source = join(folder, `${count++}-${file}`);
  await writeFile(source, text);
  const outs = { examples: `${source}.out`, schema: `${source}.schema`, origins: `${source}.origins` };
  const { manifest } = await ingest(source, outs, { format: 'auto', types: {}, missing: [''], ...params });
  const schema = JSON.parse(await readFile(outs.schema, 'utf8')) as DataSchema;
  return { manifest, schema, load: () => loadExamples(outs.examples, { targets: 'any' }) };
};

it('reads labels between delimiters: spaces, order and repetition mean nothing', async () => {
  const text = 'x,genres\n1,Drama|War\n2,War | Drama|War\n3,"Comedy"\n';
  const { manifest, schema, load } = await read('a.csv', text, { target: 'genres', labels: { genres: { delimiter: '|' } } }); // biome-ignore format: one line
  expect(manifest.columns[1]).toEqual({ name: 'genres', kind: 'labels', dtype: 'string', categories: ['Comedy', 'Drama', 'War'] }); // biome-ignore format: one line
  expect(schema.columns[1]).toMatchObject({ kind: 'labels', missing: 0, categories: [{ label: 'Comedy', rows: 1 }, { label: 'Drama', rows: 2 }, { label: 'War', rows: 2 }] }); // biome-ignore format: one line
  expect([...(await load()).target]).toEqual([0, 1, 1, 0, 1, 1, 1, 0, 0]);
});

it('reads JSON arrays, of which an empty one is a value', async () => {
  const text = '[{"x":1,"g":["b","a"]},{"x":2,"g":[]},{"x":3,"g":["a"]}]';
  const { load } = await read('b.json', text, { target: 'g', types: { g: 'labels' } });
  expect([...(await load()).target]).toEqual([1, 1, 0, 0, 1, 0]);
});

it('makes one column of several of 0 and 1, where the first of them stood', async () => {
  const text = 'action,x,drama\n0,1,1\n1,2,1\n0,3,0\n';
  const { manifest, load } = await read('c.csv', text, { target: 'genres', labels: { genres: { columns: ['drama', 'action'] } } }); // biome-ignore format: one line
  expect(manifest.columns.map(({ name }) => name)).toEqual(['genres', 'x']);
  expect([...(await load()).target]).toEqual([0, 1, 1, 1, 0, 0]);
});

it('tells where a cell is no list, or a flag neither 0 nor 1, and what names no column', async () => {
  await expect(read('d.csv', 'x,g\n1,"[""a""]"\n2,b\n', { types: { g: 'labels' } })).rejects.toThrow(/row 2, column "g": "b" is no JSON array/); // biome-ignore format: one line
  await expect(read('e.csv', 'x,a,b\n1,0,1\n2,2,1\n', { labels: { g: { columns: ['a', 'b'] } } })).rejects.toThrow(/row 2, column "a": 2 says not/); // biome-ignore format: one line
  await expect(read('f.csv', 'x,a\n1,0\n', { labels: { g: { columns: ['a', 'c'] } } })).rejects.toThrow(/params.labels names the column "c"/); // biome-ignore format: one line
  await expect(read('g.csv', 'x,a\n1,0\n', { target: ['a', 'y'] })).rejects.toThrow(/params.target names the column "y"/); // biome-ignore format: one line
});
