import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import { quoted, withConnection } from '../../src/learn/data/duckdb.ts';
import type { DataSchema } from '../../src/types/generated/data-schema.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/ingest/run.ts';
// pyarrow's files; lists.py beside it made them.
import golden from '../learn/data/ingest/lists.json' with { type: 'json' };
import { readRows, valuesOf } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

// Columns of lists of numbers: each becomes a tensor beside the other columns.

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const place = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder.path, `f${count++}`);
  await mkdir(path);
  await writeFile(join(path, name), content);
  return join(path, name);
};
const file = (name: keyof typeof golden): Promise<string> => place(name, Buffer.from(golden[name], 'base64'));

/** A Parquet file of what a query of DuckDB gives. */
const parquetOf = async (query: string): Promise<string> => {
  const path = await place('r.parquet', '');
  await withConnection((connection) => connection.run(`COPY (${query}) TO ${quoted(path)} (FORMAT parquet)`));
  return path;
};

const ingest = (source: string, params: JsonObject = {}, schema?: string): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'ingest', deps: { source, ...(schema !== undefined && { schema }) }, params });

const examplesIn = ({ outs }: StageOutcome): string => outs['examples'] as string;
const rowsIn = (outcome: StageOutcome) => readRows(examplesIn(outcome));
const schemaIn = async ({ outs }: StageOutcome): Promise<DataSchema> => {
  const schema = JSON.parse(await readFile(outs['schema'] as string, 'utf8')) as DataSchema;
  expect(complaints('data-schema', schema)).toEqual([]);
  return schema;
};

const floats = [0.1, -2.5, 3e38, 1e-7, 16777217, -0, 5, 6, 7].map(Math.fround);

describe('lists of numbers', () => {
  it.each(['lists.parquet', 'lists.feather', 'plain.arrow'] as const)(
    'of %s become tensors of their types',
    async (name) => {
      const outcome = await ingest(await file(name), { target: 'k' });
      const { columns, raw } = await readManifest(examplesIn(outcome));
      expect(columns).toEqual([
        { name: 'k', kind: 'category', dtype: 'string', categories: ['a', 'b'] },
        { name: 'f4', kind: 'tensor', dtype: 'float32', shape: [3] },
        { name: 'f8', kind: 'tensor', dtype: 'float32', shape: [3] },
        { name: 'u1', kind: 'tensor', dtype: 'uint8', shape: [2] },
        { name: 'i8', kind: 'tensor', dtype: 'int32', shape: [2] },
      ]);
      expect(raw?.columns[1]).toEqual({ name: 'f4', kind: 'tensor', dtype: 'float32', shape: [3] });
      const rows = await rowsIn(outcome);
      expect(valuesOf(rows, 'f4')).toEqual(floats);
      expect(valuesOf(rows, 'f8')).toEqual(floats);
      expect(valuesOf(rows, 'u1')).toEqual([0, 255, 1, 2, 3, 4]);
      expect(valuesOf(rows, 'i8')).toEqual([1, -2, 3, 2 ** 31 - 1, -(2 ** 31), 0]);
      const schema = await schemaIn(outcome);
      expect(schema.columns.slice(2)).toMatchObject([
        { kind: 'tensor', dtype: 'float32', shape: [3], missing: 0, min: -2.5, max: Math.fround(3e38) },
        { dtype: 'uint8', min: 0, max: 255 },
        { dtype: 'int32', min: -(2 ** 31), max: 2 ** 31 - 1 },
      ]);
    },
  );

  it('are the same rows whatever they were read from', async () => {
    const lines = [0, 1, 2].map((row) => JSON.stringify({ k: 'aba'[row], f8: [...floats.slice(row * 3, row * 3 + 3)], f4: [...floats.slice(row * 3, row * 3 + 3)] })); // biome-ignore format: one line
    // JSON.stringify takes the sign off a zero.
    const signed = lines.map((line) => line.replaceAll(',0]', ',-0.0]'));
    const params = { columns: ['k', 'f4', 'f8'], target: 'k' };
    const all = [
      await ingest(await file('lists.parquet'), params),
      await ingest(await file('lists.feather'), params),
      await ingest(await place('r.jsonl', signed.join('\n')), params),
      await ingest(await place('r.json', `[${signed.join()}]`), params),
    ];
    const [first, ...others] = await Promise.all(all.map(rowsIn));
    for (const other of others) {
      expect(other.ids).toEqual(first!.ids);
      expect([valuesOf(other, 'f4'), valuesOf(other, 'f8')]).toEqual([floats, floats]);
    }
  });

  it('are cut into shards with their rows, in their order', { timeout: 60_000 }, async () => {
    const path = await parquetOf('SELECT i AS n, [i, i * 2, i / 4]::FLOAT[] || list_value(0::FLOAT) || range(1020)::FLOAT[] AS e FROM range(10000) t(i)'); // biome-ignore format: one line
    const outcome = await ingest(path);
    const { shards } = await readManifest(examplesIn(outcome));
    expect(shards.map(({ rows }) => rows)).toEqual([2048, 2048, 2048, 2048, 1808]);
    const rows = await rowsIn(outcome);
    const { values } = rows.columns.get('e') as { values: Float32Array };
    const n = valuesOf(rows, 'n') as number[];
    expect(values.length).toBe(10_000 * 1024);
    const first = (row: number) => [n[row]!, n[row]! * 2, n[row]! / 4, 0, 0];
    const isRight = (row: number) => first(row).every((value, at) => values[row * 1024 + at] === value);
    expect(n.findIndex((_, row) => !isRight(row))).toBe(-1);
  });

  it('that differ tell rows apart that are equal else', async () => {
    const path = await parquetOf('SELECT 1 AS n, [i // 2]::DOUBLE[] AS e FROM range(4) t(i)');
    const { ids } = await rowsIn(await ingest(path));
    const digests = ids.map((id) => id.split('-'));
    expect(digests.map(([, ordinal]) => ordinal)).toEqual(['0', '1', '0', '1']);
    expect(new Set(digests.map(([digest]) => digest)).size).toBe(2);
  });

  it.each([
    ['of another length', `VALUES ([1, 2]::FLOAT[]), ([3]), ([4, 5]), ([])`, 'r.parquet: row 2, column "e": the list has 1 element, and that of r.parquet: row 1 has 2 (2 such rows in all)'],
    ['that is missing', 'VALUES ([1]::DOUBLE[]), (NULL)', 'r.parquet: row 2, column "e": there is no list'],
    ['that is empty', 'VALUES ([]::DOUBLE[]), ([])', 'row 1, column "e": the list is empty (2 such rows in all)'],
    ['with a gap', 'VALUES ([1, 2]::DOUBLE[]), ([1, NULL])', 'row 2, column "e": element 2 is missing'],
    ['with NaN', `VALUES ([1, 2]::DOUBLE[]), (['nan'::DOUBLE, 1])`, 'row 2, column "e": element 1 is nan, which is no finite number of 32 bits'],
    ['with infinity', `VALUES ([1, 2]::FLOAT[]), ([1, '-inf'::FLOAT])`, 'row 2, column "e": element 2 is -inf, which is no finite number of 32 bits'],
    ['with a number beyond float32', 'VALUES ([1, 1e39]::DOUBLE[])', 'row 1, column "e": element 2 is 1e+39, which is no finite number of 32 bits'],
    ['with a whole number beyond int32', 'VALUES ([2147483648]::BIGINT[])', 'row 1, column "e": element 1 is 2147483648, which is no whole number of 32 bits'],
    ['of lists', 'VALUES ([[1, 2]]::FLOAT[][])', 'r.parquet: column "e" is of type FLOAT[][], which is no value of a table'],
    ['of texts', `VALUES (['a'])`, 'r.parquet: column "e" is of type VARCHAR[], which is no value of a table'],
  ])('%s: refused', async (_, values, message) => {
    await expect(ingest(await parquetOf(`SELECT e FROM (${values}) t(e)`))).rejects.toThrow(message);
  }); // biome-ignore format: a line a case

  it.each([
    ['a text among them', '{"e":[1,2]}\n{"e":[1,"x"]}', 'r.jsonl: row 2, column "e": element 2 is "x", which is no number'],
    ['a list in them', '{"e":[1,2]}\n{"e":[[1],2]}', 'row 2, column "e": element 1 is [1], which is no number'],
    ['a number where a list is', '{"e":[1,2]}\n{"e":null}\n{"e":5}', 'row 3, column "e": 5 is no list'],
    ['none in a row', '{"e":[1,2],"n":1}\n{"n":2}', 'row 2, column "e": there is no list'],
    ['null among them', '{"e":[1,2]}\n{"e":[1,null]}', 'row 2, column "e": element 2 is missing'],
    ['lists of texts', '{"e":["a"]}', 'row 1, column "e": an array is no value of a table'],
    ['an empty list first', '{"e":[]}', 'row 1, column "e": an array is no value of a table'],
  ])('in JSON, %s: refused', async (_, text, message) => {
    await expect(ingest(await place('r.jsonl', text))).rejects.toThrow(message);
  }); // biome-ignore format: a line a case

  it('cannot be asked to be something else, and files have to agree', async () => {
    const path = await parquetOf('SELECT 1 AS n, [1]::FLOAT[] AS e');
    await expect(ingest(path, { types: { e: 'number' } })).rejects.toThrow('r.parquet: column "e" has lists of numbers, and a number is asked for'); // biome-ignore format: one line
    await expect(ingest(path, { weight: 'e' })).rejects.toThrow('is a tensor, and params.weight needs numbers');
    const [a, b] = [join(path, '../a.parquet'), join(path, '../b.parquet')];
    await withConnection(async (connection) => {
      await connection.run(`COPY (SELECT [1]::FLOAT[] AS e) TO ${quoted(a)}`);
      await connection.run(`COPY (SELECT [1]::DOUBLE[] AS e) TO ${quoted(b)}`);
      await connection.run(`COPY (SELECT [1]::FLOAT[] AS e) TO ${quoted(path)}`);
    });
    await expect(ingest(join(path, '..'))).rejects.toThrow('b.parquet: column "e" has lists of type DOUBLE, and that of a.parquet has lists of type FLOAT'); // biome-ignore format: one line
  });

  it('keep to a schema, or are refused', async () => {
    const path = await parquetOf('SELECT i AS n, [i, 1]::FLOAT[] AS e FROM range(3) t(i)');
    const { outs } = await ingest(path);
    await ingest(path, {}, outs['schema']);
    const other = await parquetOf('SELECT i AS n, [i, 1, 2]::FLOAT[] AS e FROM range(3) t(i)');
    await expect(ingest(other, {}, outs['schema'])).rejects.toThrow('column "e" has tensors of type float32 and shape [3], and the schema has tensors of type float32 and shape [2]'); // biome-ignore format: one line
    const plain = await parquetOf('SELECT i AS n, i AS e FROM range(3) t(i)');
    await expect(ingest(plain, {}, outs['schema'])).rejects.toThrow('column "e" has the kind number');
  });

  it('of 64-bit offsets: read from Parquet, refused from Arrow by their type', async () => {
    expect(valuesOf(await rowsIn(await ingest(await file('large.parquet'))), 'f')).toEqual(floats);
    await expect(ingest(await file('large.arrow'))).rejects.toThrow(/large\.arrow/);
  });
});
