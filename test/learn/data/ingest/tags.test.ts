import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ingest } from '../../../../src/learn/data/ingest/ingest.ts';
import type { IngestParams } from '../../../../src/learn/data/ingest/params.ts';
import { readTable } from '../../../../src/learn/data/table.ts';
import type { DataSchema } from '../../../../src/types/generated/data-schema.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stemma-tags-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (file: string, text: string, params: Partial<IngestParams> = {}) => {
  const source = join(folder, `${count++}-${file}`);
  await writeFile(source, text);
  const outs = { examples: `${source}.out`, schema: `${source}.schema`, origins: `${source}.origins` };
  const usual = { target: 'tags', labels: { tags: { each: 'words' } } };
  const { manifest } = await ingest(source, outs, { format: 'auto', types: {}, missing: [''], ...usual, ...params });
  const schema = JSON.parse(await readFile(outs.schema, 'utf8')) as DataSchema;
  const { columns } = await readTable(join(outs.examples, manifest.shards[0]!.table));
  const valuesOf = (name: string): readonly unknown[] => Array.from(columns.get(name)!.values as ArrayLike<unknown>);
  return { manifest, schema, words: valuesOf('words'), tags: valuesOf('tags') };
};

it('reads JSON arrays of words and tags, in their order and as often as they occur', async () => {
  const text = '{"words":["a","b","a"],"tags":["X","O","X"]}\n{"words":[],"tags":[]}\n{"words":["n.1"],"tags":["X"]}\n';
  const { manifest, schema, words, tags } = await read('a.jsonl', text);
  expect(manifest.columns).toEqual([
    { name: 'words', kind: 'text', dtype: 'string' },
    { name: 'tags', kind: 'labels', dtype: 'string', categories: ['O', 'X'], each: 'words' },
  ]);
  expect(words).toEqual(['a b a', '', 'n.1']);
  expect(tags).toEqual(['["X","O","X"]', '[]', '["X"]']);
  expect(schema.columns[0]).toMatchObject({ kind: 'text', shortest: 0, longest: 5 });
});

it('reads texts with white space between the words, and a missing row of tags', async () => {
  const { words, tags } = await read('b.csv', 'tags,words\nX O,"  rain \t sun"\n,fog\nO,"[a,b]"\n');
  expect(words).toEqual(['rain sun', 'fog', '[a,b]']);
  expect(tags).toEqual(['["X","O"]', null, '["O"]']);
});

it('tells the file and the row where there are not as many tags as words, or a word is none', async () => {
  const even = '{"words":["a"],"tags":["X"]}\n';
  await expect(read('c.jsonl', `${even}{"words":["a","b"],"tags":["X"]}\n`)).rejects.toThrow(/c.jsonl: row 2, column "tags": as many tags were expected as "words" has words, which is 2, and there are 1/); // biome-ignore format: one line
  await expect(read('d.csv', 'words,tags\na b,X X X\n')).rejects.toThrow(/d.csv: row 1.* is 2, and there are 3/);
  await expect(read('e.csv', 'words,tags\n,X\n')).rejects.toThrow(/e.csv: row 1.* is 0, and there are 1/);
  await expect(read('f.jsonl', `${even}{"words":["New York"],"tags":["X"]}\n`)).rejects.toThrow(/f.jsonl: row 2, column "words": "New York" is no single word/); // biome-ignore format: one line
  await expect(read('g.jsonl', `${even}{"words":["a",""],"tags":["X","X"]}\n`)).rejects.toThrow(/row 2, column "words": "" is empty/); // biome-ignore format: one line
});

it('names no column that is not there, or left out', async () => {
  const text = 'words,tags,x\na,X,1\n';
  await expect(read('h.csv', text, { labels: { tags: { each: 'tokens' } } })).rejects.toThrow(/params.labels names the column "tokens"/); // biome-ignore format: one line
  await expect(read('i.csv', text, { columns: ['tags', 'x'] })).rejects.toThrow(/params.columns leaves out "words", of whose words "tags" has the tags/); // biome-ignore format: one line
});
