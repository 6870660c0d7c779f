import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Column, readManifest } from '../../src/learn/data/dataset.ts';
import { writeTable } from '../../src/learn/data/table.ts';
import { StageError } from '../../src/learn/error.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/ingest/run.ts';
import { digestsOf } from '../learn/data/folder.ts';
import { idxBytes, writeIdxSet } from '../learn/data/idx-files.ts';
import { readRows, valuesOf } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const write = async (name: string, content: string | Uint8Array): Promise<string> => {
  const place = join(folder.path, `source${count++}`);
  await mkdir(place);
  await writeFile(join(place, name), content);
  return join(place, name);
};

const ingest = (source: string, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'ingest', deps: { source }, params });

const examplesIn = ({ outs }: StageOutcome): string => outs['examples'] as string;
const schemaIn = async ({ outs }: StageOutcome) => JSON.parse(await readFile(outs['schema'] as string, 'utf8'));
const kindsIn = async (outcome: StageOutcome): Promise<Record<string, Column['kind']>> =>
  Object.fromEntries((await readManifest(examplesIn(outcome))).columns.map(({ name, kind }) => [name, kind]));

const penguins = join(import.meta.dirname, '../../node_modules/vega-datasets/data/penguins.json');

describe('ingest of penguins', () => {
  it('finds the rows, their kinds and what is missing, exactly', async () => {
    const outcome = await ingest(penguins, { target: 'Species' });
    expect(outcome.summary).toBe('344 examples, 7 columns');
    expect(await kindsIn(outcome)).toEqual({
      Species: 'category',
      Island: 'category',
      'Beak Length (mm)': 'number',
      'Beak Depth (mm)': 'number',
      'Flipper Length (mm)': 'number',
      'Body Mass (g)': 'number',
      Sex: 'category',
    });
    const schema = await schemaIn(outcome);
    expect(complaints('data-schema', schema)).toEqual([]);
    const { columns } = schema;
    const missing = Object.fromEntries(
      columns.map((column: { name: string; missing: number }) => [column.name, column.missing]),
    );
    expect(missing).toEqual({
      Species: 0,
      Island: 0,
      'Beak Length (mm)': 2,
      'Beak Depth (mm)': 2,
      'Flipper Length (mm)': 2,
      'Body Mass (g)': 2,
      Sex: 10,
    });
    expect(columns[6].categories).toEqual([
      { label: '.', rows: 1 },
      { label: 'FEMALE', rows: 165 },
      { label: 'MALE', rows: 168 },
    ]);
    expect(columns[5]).toMatchObject({ min: 2700, max: 6300 });
  });

  it('gives the same bytes again, and each row an id of its own', async () => {
    const [first, second] = [await ingest(penguins), await ingest(penguins)];
    expect(await digestsOf(join(examplesIn(first), '..'))).toEqual(await digestsOf(join(examplesIn(second), '..')));
    const { ids } = await readRows(examplesIn(first));
    expect(new Set(ids).size).toBe(344);
    expect(ids.every((id) => /^[0-9a-f]{32}-\d+$/.test(id))).toBe(true);
  });

  it('keeps the columns asked for, and the first rows', async () => {
    const outcome = await ingest(penguins, { columns: ['Sex', 'Island'], subset: 5 });
    expect(outcome.summary).toBe('5 examples, 2 columns');
    const rows = await readRows(examplesIn(outcome));
    expect(valuesOf(rows, 'Sex')).toEqual(['MALE', 'FEMALE', 'FEMALE', null, 'FEMALE']);
    expect([...rows.columns.keys()]).toEqual(['Island', 'Sex']);
  });

  it('takes further texts as missing', async () => {
    const { columns } = await schemaIn(await ingest(penguins, { missing: ['.'] }));
    expect(columns[6]).toMatchObject({ missing: 11, distinct: 2 });
  });
});

describe('ingest of tables', () => {
  it('reads the same table from CSV, TSV, JSON lines and compressed CSV', async () => {
    const sources = [
      await write('t.csv', 'x,y,z\n1,a,"p, ""q"""\n2.5,b,r\n,a,s\n-3e2,b,t\n'),
      await write('t.tsv', 'x\ty\tz\n1\ta\t"p, ""q"""\n2.5\tb\tr\n\ta\ts\n-3e2\tb\tt\n'),
      await write(
        't.jsonl',
        '{"x":1,"y":"a","z":"p, \\"q\\""}\n{"y":"b","x":2.5,"z":"r"}\n{"y":"a","z":"s"}\n{"x":-300,"y":"b","z":"t"}\n',
      ),
      await write('t.csv.gz', gzipSync('x,y,z\n1,a,"p, ""q"""\n2.5,b,r\n,a,s\n-3e2,b,t\n')),
    ];
    const outcomes = await Promise.all(sources.map((source) => ingest(source)));
    const digests = await Promise.all(outcomes.map((outcome) => digestsOf(examplesIn(outcome))));
    for (const other of digests) expect(other).toEqual(digests[0]);
    const rows = await readRows(examplesIn(outcomes[0] as StageOutcome));
    expect(valuesOf(rows, 'x')).toEqual([1, 2.5, null, -300]);
    expect(valuesOf(rows, 'z')).toEqual(['p, "q"', 'r', 's', 't']);
    expect(await kindsIn(outcomes[0] as StageOutcome)).toEqual({ x: 'number', y: 'category', z: 'text' });
  });

  it('reads Parquet: its numbers are numbers, its texts are texts', async () => {
    const source = await write('t.parquet', '');
    await writeTable(source, [
      { name: 'n', type: 'int32', values: Int32Array.of(1, -2, 3, 4) },
      { name: 'f', type: 'float32', values: Float32Array.of(0.5, Number.NaN, 2, 3) },
      { name: 's', type: 'string', values: ['7', '8', '7', '8'] },
    ]);
    const outcome = await ingest(source);
    expect(await kindsIn(outcome)).toEqual({ n: 'number', f: 'number', s: 'category' });
    const rows = await readRows(examplesIn(outcome));
    expect(valuesOf(rows, 'n')).toEqual([1, -2, 3, 4]);
    expect(valuesOf(rows, 'f')).toEqual([0.5, null, 2, 3]);
  });

  it("refuses names that are Stemma's own, as a shard has", async () => {
    const shard = await readFile(join(examplesIn(await ingest(penguins)), 'shards/00000.parquet'));
    await expect(ingest(await write('p.parquet', shard))).rejects.toThrow('the column name "__id" is Stemma\'s own');
  });

  it('takes line ends of either kind, a byte order mark, blank lines and no last line end', async () => {
    const outcome = await ingest(await write('t.csv', '\ufeffx,y\r\n1,"a\r\nb"\r\n\r\n2,c'));
    const rows = await readRows(examplesIn(outcome));
    expect(valuesOf(rows, 'x')).toEqual([1, 2]);
    expect(valuesOf(rows, 'y')).toEqual(['a\r\nb', 'c']);
  });

  it('infers kinds from all cells, and keeps a JSON string a text', async () => {
    const cells = Array.from({ length: 3000 }, (_, row) => `${row},${row % 2},${row === 2999 ? 'x' : row % 5}`);
    expect(await kindsIn(await ingest(await write('t.csv', `a,b,c\n${cells.join('\n')}\n`)))).toEqual({
      a: 'number',
      b: 'number',
      c: 'category',
    });
    const json = JSON.stringify([
      { a: '1', b: true },
      { a: '1', b: false },
      { a: '2', b: true },
      { a: '2', b: false },
    ]);
    expect(await kindsIn(await ingest(await write('t.json', json)))).toEqual({ a: 'category', b: 'category' });
  });

  it('makes a target of numbers a category where it is asked for, with its labels in order', async () => {
    const source = await write('t.csv', 'y,x\n10,1\n9,2\n10,3\n');
    const outcome = await ingest(source, { target: 'y', types: { y: 'category' } });
    expect((await readManifest(examplesIn(outcome))).columns[0]).toMatchObject({
      kind: 'category',
      categories: ['9', '10'],
    });
  });

  it('keeps a column without any value, as text', async () => {
    const outcome = await ingest(await write('t.csv', 'x,y\n1,\n2,NA\n'));
    expect((await schemaIn(outcome)).columns[1]).toMatchObject({
      kind: 'text',
      missing: 2,
      distinct: 0,
      longest: null,
    });
  });

  it('takes any other names', async () => {
    const source = await write('t.json', JSON.stringify([{ 'a~b/c"d\'e': 1, '0': 2, ' ': 3, '$.x': 4, 'a*': 5 }]));
    const { columns } = await readRows(examplesIn(await ingest(source)));
    expect([...columns].map(([name, { values }]) => [name, ...values])).toEqual([
      ['0', 2],
      ['a~b/c"d\'e', 1],
      [' ', 3],
      ['$.x', 4],
      ['a*', 5],
    ]);
  });

  it('numbers equal rows', async () => {
    const { ids } = await readRows(examplesIn(await ingest(await write('t.csv', 'x\n1\n2\n1\n'))));
    expect(ids[2]).toBe(ids[0]?.replace(/-0$/, '-1'));
  });
});

const refused: [string, string, string | Uint8Array, JsonObject, string | RegExp][] = [
  [
    'a short row',
    'r.csv',
    'a,b\n1,2\n3\n5\n',
    {},
    /^r\.csv: line 3, column 1: the row ends here: 1 field where the header has 2 \(2 such errors in all\)\nhint: each row/,
  ],
  [
    'a long row',
    'r.csv',
    'a,b\n1,2\n3,4,5\n',
    {},
    'r.csv: line 3, column 3: the row goes on: 3 fields where the header has 2',
  ],
  [
    'a quote that never closes',
    'r.csv',
    'a,b\n1,2\n3,"abc\n5,6\n',
    {},
    'r.csv: line 3, column 2: a quote that does not close',
  ],
  [
    'text after a closing quote',
    'r.csv',
    'a,b\n1,"x"y\n',
    {},
    'r.csv: line 2, column 2: a quote that does not close, or text after',
  ],
  [
    'mixed line ends',
    'r.csv',
    'a,b\n1,2\r\n3,4\n',
    {},
    'r.csv: line 2 ends in CRLF, and those before it in LF\nhint: give all lines the same end',
  ],
  [
    'another encoding',
    'r.csv',
    Buffer.from('a,b\n\xe9,2\n', 'latin1'),
    {},
    'r.csv: line 2, column 1: bytes that are not UTF-8',
  ],
  [
    'another encoding of the header',
    'r.csv',
    Buffer.from('\xe9,b\n1,2\n', 'latin1'),
    {},
    'r.csv: line 1 is not encoded in UTF-8',
  ],
  ['UTF-16', 'r.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), {}, 'r.csv is encoded in UTF-16'],
  ['an empty file', 'r.csv', '', {}, 'r.csv is empty'],
  ['an empty JSON file', 'r.json', '', {}, 'r.json is empty'],
  ['a header alone', 'r.csv', 'a,b\n', {}, 'r.csv has no rows'],
  ['an empty array', 'r.json', '[]', {}, 'r.json has no rows with keys'],
  ['a name with a NUL in it', 'r.csv', 'a,b\0c\n1,2\n', {}, 'r.csv: the name of column 2 has a NUL in it: "b\\u0000c"'],
  ['a column without a name', 'r.csv', 'a,,c\n1,2,3\n', {}, 'r.csv: column 2 has no name'],
  ['two columns of a name', 'r.csv', 'a,b,a\n1,2,3\n', {}, 'r.csv: column 3 is named "a", as column 1 is'],
  ['names that differ in case alone', 'r.csv', 'a,b,A\n1,2,3\n', {}, 'r.csv: columns "a" and "A" differ in case alone'],
  ['a key without a name', 'r.json', '[{"":1}]', {}, 'r.json: column 1 has no name'],
  [
    'NaN among numbers',
    'r.csv',
    'a,b\n1,2\n3,NaN\n5,6\n7,nan\n',
    {},
    /^r\.csv: row 2, column "b": "NaN" is no finite number \(2 such cells in all\)\nhint: .*params\.missing/,
  ],
  ['infinity', 'r.csv', 'a\n1\n-Infinity\n', {}, 'r.csv: row 2, column "a": "-Infinity" is no finite number'],
  [
    'a number too large',
    'r.json',
    '[{"a":1},{"a":1e999}]',
    {},
    'r.json: row 2, column "a": "1e999" is no finite number',
  ],
  [
    'a text where a number is asked for',
    'r.csv',
    'a\n1\nx\n',
    { types: { a: 'number' } },
    'r.csv: row 2, column "a": "x" is no finite number, and params.types asks for one',
  ],
  [
    'an unknown column',
    'r.csv',
    'a\n1\n',
    { columns: ['b'] },
    'params.columns names the column "b", and the source has none of that name\nhint: it has "a"',
  ],
  ['an unknown target', 'r.csv', 'a\n1\n', { target: 'y' }, 'params.target names the column "y"'],
  [
    'a target that is left out',
    'r.csv',
    'a,b\n1,2\n',
    { target: 'a', columns: ['b'] },
    'params.columns leaves out the target "a"',
  ],
  ['an object where rows are expected', 'r.json', '{"a":1}', {}, 'r.json is no array of objects'],
  ['a row that is no object', 'r.json', '[{"a":1},[2]]', {}, 'r.json: row 2 is no object but array'],
  [
    'a nested value',
    'r.json',
    '[{"a":1},{"a":{"b":2}}]',
    {},
    'r.json: row 2, column "a": an object is no value of a table',
  ],
  ['JSON cut off', 'r.json', '[{"a":1},{"a":', {}, /^r\.json: row 2, byte \d+: malformed JSON/],
  ['a bad line', 'r.jsonl', '{"a":1}\n{"a":2\n{"a":3}\n', {}, /^r\.jsonl: line 2, byte \d+: malformed JSON/],
  ['a Parquet file cut off', 'r.parquet', 'PAR1 and then nothing', {}, 'r.parquet is no whole Parquet file'],
  [
    'a name that says no format',
    'r.data',
    'a\n1\n',
    {},
    'the format of r.data is not known by its name\nhint: give params.format',
  ],
  ['a file for IDX', 'r.csv', 'a\n1\n', { format: 'idx' }, 'r.csv is a file, and the format "idx" needs the folder'],
];

describe('ingest refuses', () => {
  it.each(refused)('%s', async (_, name, content, params, message) => {
    const outcome = ingest(await write(name, content), params);
    await expect(outcome).rejects.toThrow(message);
    await expect(outcome).rejects.toBeInstanceOf(StageError);
    await expect(outcome).rejects.not.toThrow(folder.path);
  });

  it('a folder of several formats, of files that do not fit together, or of none', async () => {
    const one = join(await write('b.csv', 'x,y\n1,2\n'), '..');
    await writeFile(join(one, 'a.csv'), 'x,z,w\n1,2,3\n');
    await expect(ingest(one)).rejects.toThrow(
      'b.csv has other columns than a.csv: it has no "z", "w" and has "y" beside',
    );
    await writeFile(join(one, 'c.json'), '[]');
    await expect(ingest(one)).rejects.toThrow('has files of several formats: "a.csv", "c.json"');
    await expect(ingest(join(await write('a.bin', ''), '..'))).rejects.toThrow('has no file of a known format');
  });
});

describe('ingest of IDX', () => {
  const place = (): string => join(folder.path, `idx${count++}`);

  it('reads images and labels with their official splits', async () => {
    const outcome = await ingest(await writeIdxSet(place(), { train: 7, t10k: 3 }), { target: 'digit' });
    expect(outcome.summary).toBe('10 examples, 2 columns');
    const rows = await readRows(examplesIn(outcome));
    expect(rows.official).toEqual([...new Array(7).fill('train'), ...new Array(3).fill('test')]);
    expect(valuesOf(rows, 'digit')).toEqual(['0', '1', '2', '0', '1', '2', '0', '0', '1', '2']);
    expect(valuesOf(rows, 'image').slice(6, 13)).toEqual([1, 1, 1, 1, 1, 1, 2]);
    const manifest = await readManifest(examplesIn(outcome));
    expect(manifest.columns).toEqual([
      { name: 'image', kind: 'tensor', dtype: 'uint8', shape: [3, 2, 1] },
      { name: 'digit', kind: 'category', dtype: 'string', categories: ['0', '1', '2'] },
    ]);
    expect(complaints('dataset', manifest)).toEqual([]);
    expect(complaints('data-schema', await schemaIn(outcome))).toEqual([]);
    expect((await schemaIn(outcome)).columns[0]).toMatchObject({ min: 0, max: 6 });
  });

  it('takes the first rows of each split, and all categories', async () => {
    const outcome = await ingest(await writeIdxSet(place(), { train: 7, t10k: 3 }), { subset: 2 });
    expect(outcome.summary).toBe('4 examples, 2 columns');
    const { columns } = await schemaIn(outcome);
    expect(columns[1]).toMatchObject({
      name: 'label',
      distinct: 2,
      categories: [{ rows: 2 }, { rows: 2 }, { rows: 0 }],
    });
  });

  it('knows no official split where there is one part alone', async () => {
    const outcome = await ingest(await writeIdxSet(place(), { train: 2 }));
    expect((await readManifest(examplesIn(outcome))).official).toBeUndefined();
  });

  it('refuses images and labels that do not fit together', async () => {
    const source = await writeIdxSet(place(), { train: 3, t10k: 2 });
    await writeFile(join(source, 't10k-labels-idx1-ubyte'), idxBytes([1], Uint8Array.of(1)));
    await expect(ingest(source)).rejects.toThrow(
      't10k-images-idx3-ubyte has 2 images, and t10k-labels-idx1-ubyte has 1 label',
    );
    await writeFile(join(source, 't10k-labels-idx1-ubyte'), idxBytes([2], Uint8Array.of(1, 2)));
    await writeFile(join(source, 't10k-images-idx3-ubyte'), idxBytes([2, 1, 1], Uint8Array.of(1, 2)));
    await expect(ingest(source)).rejects.toThrow(
      'the images for training are 3 × 2 pixels, and those for testing 1 × 1',
    );
  });

  it('refuses a set without labels', async () => {
    const source = place();
    await mkdir(source);
    await writeFile(join(source, 'train-images-idx3-ubyte'), idxBytes([1, 1, 1], Uint8Array.of(1)));
    await expect(ingest(source)).rejects.toThrow('has no file train-labels-idx…-ubyte');
  });
});
