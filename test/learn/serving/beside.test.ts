import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Field, Float32, List, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawQuestions } from '../../../src/learn/cost/raw-questions.ts';
import { withConnection } from '../../../src/learn/data/duckdb.ts';
import { readTable } from '../../../src/learn/data/table.ts';
import { type Answer, answersTo } from '../../../src/learn/serving/answer.ts';
import { readRows } from '../../../src/learn/serving/http/ask.ts';
import { rowSchema } from '../../../src/learn/serving/http/row-schema.ts';
import { openSources } from '../../../src/learn/serving/open-source.ts';
import { prepareRows } from '../../../src/learn/serving/prepare.ts';
import { joinParts, type RawRowsRead } from '../../../src/learn/serving/raw-rows.ts';
import { openServable } from '../../../src/learn/serving/servable.ts';
import type { JsonObject } from '../../../src/types/json.ts';
import { run as clean } from '../../../stages/clean/run.ts';
import { run as evaluate } from '../../../stages/evaluate/run.ts';
import { run as ingest } from '../../../stages/ingest/run.ts';
import { run as normalize } from '../../../stages/normalize/run.ts';
import { run as split } from '../../../stages/split/run.ts';
import { run as train } from '../../../stages/train/run.ts';
import { npzOf } from '../../rig/npz.ts';
import { makeFolder, runStage } from '../../stages/context.ts';
import { choices } from '../backends/on-backend.ts';
import { readRows as readDatasetRows } from '../data/rows.ts';
import { expectDescribed } from './described.ts';

// Rows with tensors beside other columns: what is served of them is, to the bit, what evaluate has judged.

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const stages = { ingest, clean, split, normalize, train, evaluate };
const stage = async (type: keyof typeof stages, deps: Record<string, string>, params: JsonObject = {}) =>
  (await runStage(stages[type] as never, folder.path, { type, deps, params, ...(['train', 'evaluate'].includes(type) && { backend: choices.wasm }) })).outs as Record<string, string>; // biome-ignore format: one line

/** All rows of a file, or of a request's body, asked about. */
const answered = async (model: string, asked: { readonly path: string } | { readonly body: string }) => {
  const servable = await openServable(model);
  const read = 'body' in asked ? await readRows(Buffer.from(asked.body), servable, 1000) : await rowsOf(servable, asked.path); // biome-ignore format: one line
  const prepared = prepareRows(servable, read, { unknown: 'refuse' });
  const told = prepared.faults.map(({ row, column, found, what }) => `${row} ${column}: ${found} ${what}`);
  return { ...prepared, told, servable, answers: await answersTo(servable, prepared.examples) };
};

const rowsOf = (servable: Awaited<ReturnType<typeof openServable>>, path: string): Promise<RawRowsRead> =>
  withConnection(async (connection) => {
    const parts: RawRowsRead[] = [];
    const inputs = { paths: [path], format: 'auto', temporary: folder.path };
    for await (const source of openSources(connection, servable, inputs))
      for await (const part of source.parts()) parts.push(part);
    return joinParts(parts);
  });

/** What evaluate has written of a number, row by row. */
const judgedNumbers = async (predictions: string): Promise<unknown[]> => [
  ...(await readTable(predictions)).columns.get('predicted')!.values,
];

const numbersIn = (answers: readonly Answer[]): unknown[] => answers.map(({ predicted }) => predicted);

const rows = 24;
const grids = Uint8Array.from({ length: rows * 6 }, (_, at) => (at * 37) % 256);
const marks = Float32Array.from({ length: rows * 2 * 2 }, (_, at) => Math.fround(Math.sin(at) / 3));
const x = Float64Array.from({ length: rows * 2 }, (_, at) => (at * 7) % 11);
const y = Float64Array.from({ length: rows }, (_, row) => row / 3);

const twoTensors = {
  layers: [
    { type: 'Input', name: 'grid' },
    { type: 'Flatten', name: 'flat' },
    { type: 'Input', name: 'marks' },
    { type: 'Flatten', name: 'marked' },
    { type: 'Input', name: 'rest' },
    { type: 'Concatenate', name: 'all', inputs: ['flat', 'marked', 'rest'] },
    { type: 'Dense', name: 'last', units: 4, activation: 'tanh' },
  ],
};

describe('arrays of NumPy: two tensors beside two numbers', () => {
  let model: string;
  let examples: string;
  let judged: unknown[];
  const row = (at: number) => ({
    ...{ x_0: x[at * 2], x_1: x[at * 2 + 1] },
    grid: [0, 1].map((line) => [0, 1, 2].map((place) => [grids[at * 6 + line * 3 + place]])),
    marks: [...marks.subarray(at * 4, at * 4 + 4)],
  });
  const all = Array.from({ length: rows }, (_, at) => row(at));

  beforeAll(async () => {
    const bytes = npzOf({
      grid: { descr: '|u1', shape: [rows, 2, 3, 1], data: grids },
      x: { descr: '<f8', shape: [rows, 2], data: x },
      marks: { descr: '<f4', shape: [rows, 2, 2], data: marks },
      y: { descr: '<f8', shape: [rows], data: y },
    });
    await writeFile(join(folder.path, 'set.npz'), bytes);
    const source = await stage('ingest', { source: join(folder.path, 'set.npz') }, { target: 'y' });
    examples = source['examples']!;
    const rules = { range: { x_0: { max: 9, else: 'clip' } }, missing: { default: 'drop' } };
    const cleaned = await stage('clean', { examples }, rules);
    const ready = await stage('normalize', { train: cleaned['examples']! }, { method: 'min-max', target: 'standard' });
    const params = { model: twoTensors, epochs: 1, batch_size: 8, preflight: false };
    const trained = await stage('train', { train: ready['train']!, fitted: ready['fitted']! }, params);
    model = trained['model']!;
    const { predictions } = await stage('evaluate', { model, test: ready['train']! });
    judged = await judgedNumbers(predictions!);
  }, 60_000);

  it('are answered from JSON, in files and over HTTP, as evaluate judged', { timeout: 60_000 }, async () => {
    expect(judged).toHaveLength(rows);
    await writeFile(join(folder.path, 'rows.json'), JSON.stringify(all));
    await writeFile(join(folder.path, 'rows.jsonl'), all.map((each) => JSON.stringify({ ...each, y: 1 })).join('\n'));
    for (const name of ['rows.json', 'rows.jsonl']) {
      const { answers, faults, servable } = await answered(model, { path: join(folder.path, name) });
      expect([numbersIn(answers), faults]).toEqual([judged, []]);
      expectDescribed(servable, answers);
    }
    expect(numbersIn((await answered(model, { body: JSON.stringify(all) })).answers)).toEqual(judged);
    const apart: unknown[] = [];
    for (const each of all.slice(0, 5)) apart.push(...numbersIn((await answered(model, { body: JSON.stringify(each) })).answers)); // biome-ignore format: one line
    expect(apart).toEqual(judged.slice(0, 5));
  });

  it('are answered from CSV with lists in the cells', { timeout: 60_000 }, async () => {
    const cells = all.map(({ x_0, x_1, grid, marks: own }) => `${x_0},${x_1},"${JSON.stringify(grid)}","${JSON.stringify(own)}"`); // biome-ignore format: one line
    await writeFile(join(folder.path, 'rows.csv'), ['x_0,x_1,grid,marks', ...cells].join('\n'));
    expect(numbersIn((await answered(model, { path: join(folder.path, 'rows.csv') })).answers)).toEqual(judged);
  });

  it('tell what is wrong with a tensor by row and column, beside what is wrong with values', {
    timeout: 60_000,
  }, async () => {
    const odd = [
      row(0),
      { ...row(1), grid: [[1, 2, 3]] },
      { ...row(2), marks: [1, 2, 3, 'x'] },
      { ...row(3), grid: null, x_1: null },
      { ...row(4), grid: 'a.png' },
      {
        ...row(5),
        grid: [
          [[1], [2], [300]],
          [[1], [2], [3]],
        ],
      },
      { ...row(6), x_0: 'many' },
    ];
    const expected = [
      '2 grid: 3 elements has another shape than the model takes',
      '3 marks: x is no element of type float32',
      '4 grid: null has no value',
      '4 x_1: null has no value, and clean drops such rows',
      '5 grid: a.png is no list',
      '6 grid: 300 is no element of type uint8',
      '7 x_0: many is no finite number',
    ];
    const { told, numbers, answers } = await answered(model, { body: JSON.stringify(odd) });
    expect([[...told].sort(), numbers, numbersIn(answers)]).toEqual([expected, [1], judged.slice(0, 1)]);
    await writeFile(join(folder.path, 'odd.jsonl'), odd.map((each) => JSON.stringify(each)).join('\n'));
    const inFile = await answered(model, { path: join(folder.path, 'odd.jsonl') });
    const named = expected.map((line) => line.replace('a.png is no list', 'a.png names no file'));
    expect([[...inFile.told].sort(), inFile.numbers]).toEqual([named, [1]]);
    const { grid: _, ...without } = row(0);
    await expect(answered(model, { body: JSON.stringify(without) })).rejects.toThrow('request has no column "grid", which the model needs'); // biome-ignore format: one line
    await expect(answered(model, { body: JSON.stringify({ ...row(0), gird: 1 }) })).rejects.toThrow('it takes "x_0", "x_1", "grid", "marks"'); // biome-ignore format: one line
  });

  it('are asked about by the cost stage as a client would', { timeout: 60_000 }, async () => {
    const questions = await rawQuestions(await openServable(model), examples, 3);
    const answers: unknown[] = [];
    for (const question of questions) answers.push(...numbersIn((await answered(model, { body: String(question) })).answers)); // biome-ignore format: one line
    expect(answers).toEqual(judged.slice(0, 3));
  });

  it('are described by the schema of a row', async () => {
    const { properties, required, additionalProperties } = rowSchema(await openServable(model)) as unknown as {
      readonly properties: Record<string, JsonObject>;
      readonly required: string[];
      readonly additionalProperties: boolean;
    };
    expect([Object.keys(properties), required, additionalProperties]).toEqual([
      ['x_0', 'x_1', 'grid', 'marks', 'y'],
      ['x_0', 'x_1', 'grid', 'marks'],
      false,
    ]);
    expect(properties['grid']).toMatchObject({ type: 'array', 'x-shape': [2, 3, 1], 'x-dtype': 'uint8' });
  });
});

const imageAndRest = {
  layers: [
    { type: 'Input', name: 'image' },
    { type: 'Flatten', name: 'flat' },
    { type: 'Input', name: 'rest' },
    { type: 'Concatenate', name: 'all', inputs: ['flat', 'rest'] },
    { type: 'Dense', name: 'last', units: 4, activation: 'tanh' },
  ],
};

describe('images with columns of the table of labels', () => {
  let model: string;
  let judged: Record<string, unknown>[];
  const skies = () => join(folder.path, 'skies');
  // Not in the order of the images' paths, in which the data set has them.
  const order = [3, 0, 7, 1, 5, 2, 6, 4];
  const table = (image: (at: number) => string) =>
    order.map((at) => `${image(at)},${at % 2 ? 'night' : 'day'},${at * 1.5},${at % 3 ? 'Ulm' : 'Köln'}`);
  const inImageOrder = (answers: readonly Answer[]) => order.map((_, at) => answers[order.indexOf(at)]);

  beforeAll(async () => {
    await mkdir(join(skies(), 'a'), { recursive: true });
    for (const at of order) {
      const background = { r: at % 2 ? 10 : 250, g: 20 * at, b: 30 };
      const image = sharp({ create: { width: 9 + at, height: 8, channels: 3, background } });
      await image.png().toFile(join(skies(), 'a', `${at}.png`));
    }
    await writeFile(join(skies(), 'skies.csv'), ['file,sky,hours,town', ...table((at) => `a/${at}.png`)].join('\n'));
    const labels = { file: 'skies.csv', image: 'file', label: 'sky', columns: ['hours', 'town'] };
    const params = { format: 'images', target: 'sky', images: { size: [6, 6], labels } };
    const { examples } = await stage('ingest', { source: skies() }, params);
    const ready = await stage('normalize', { train: examples! }, { method: 'min-max' });
    const given = { model: imageAndRest, epochs: 1, batch_size: 8, preflight: false };
    const trained = await stage('train', { train: ready['train']!, fitted: ready['fitted']! }, given);
    model = trained['model']!;
    const { predictions } = await stage('evaluate', { model, test: ready['train']! });
    const { columns } = await readTable(predictions!);
    const of = (name: string) => columns.get(name)!.values;
    judged = order.map((_, row) => ({
      predicted: of('predicted')[row],
      probabilities: { day: of('probability_day')[row], night: of('probability_night')[row] },
    }));
  }, 60_000);

  it('are answered from the very table, and from others that name the files', { timeout: 60_000 }, async () => {
    const own = await answered(model, { path: join(skies(), 'skies.csv') });
    expect([inImageOrder(own.answers), own.told]).toEqual([judged, []]);
    await writeFile(join(skies(), 'a', 'near.tsv'), ['image,sky,hours,town', ...table((at) => `${at}.png`)].join('\n').replaceAll(',', '\t')); // biome-ignore format: one line
    const near = await answered(model, { path: join(skies(), 'a', 'near.tsv') });
    expect([inImageOrder(near.answers), near.told]).toEqual([judged, []]);
    await withConnection(async (connection) => {
      await connection.run(`COPY (FROM '${join(skies(), 'skies.csv')}') TO '${join(skies(), 'skies.parquet')}'`);
      await connection.run(
        `COPY (FROM '${join(skies(), 'skies.csv')}') TO '${join(skies(), 'skies.jsonl')}' (FORMAT json)`,
      );
    });
    for (const name of ['skies.parquet', 'skies.jsonl'])
      expect(inImageOrder((await answered(model, { path: join(skies(), name) })).answers)).toEqual(judged);
  });

  it('are answered over HTTP with their pixels, and never by a path', { timeout: 60_000 }, async () => {
    const row = async (at: number) => ({
      ...{ hours: at * 1.5, town: at % 3 ? 'Ulm' : 'Köln' },
      image: [...(await sharp(join(skies(), 'a', `${at}.png`)).resize(6, 6, { fit: 'fill' }).raw().toBuffer())],
    }); // biome-ignore format: one call
    const rows = await Promise.all(judged.map((_, at) => row(at)));
    expect((await answered(model, { body: JSON.stringify(rows) })).answers).toEqual(judged);
    const named = JSON.stringify({ ...rows[0], image: join(skies(), 'a', '0.png') });
    expect((await answered(model, { body: named })).told).toEqual([expect.stringMatching(/^1 image: .*0\.png is no list$/)]); // biome-ignore format: one line
  });

  it('tell of a broken image, a folder, one that is not there, and none, by row and column', {
    timeout: 60_000,
  }, async () => {
    await writeFile(join(folder.path, 'torn.png'), 'no image');
    const lines = ['file,hours,town', '../torn.png,1,Ulm', 'a,1,Ulm', 'gone.png,x,Ulm', ',1,Ulm', 'a/0.png,0,Köln'];
    await writeFile(join(skies(), 'odd.csv'), lines.join('\n'));
    const { told, numbers, answers } = await answered(model, { path: join(skies(), 'odd.csv') });
    expect([[...told].sort(), numbers, answers]).toEqual([
      [
        '1 file: ../torn.png cannot be decoded: it is no image of a known format',
        '2 file: a names a folder',
        '3 file: gone.png names no file',
        '3 hours: x is no finite number',
        '4 file: null has no value',
      ],
      [5],
      judged.slice(0, 1),
    ]);
    await writeFile(join(skies(), 'none.csv'), 'hours,town\n1,Ulm\n');
    await expect(answered(model, { path: join(skies(), 'none.csv') })).rejects.toThrow('none.csv has no column "image", which the model needs'); // biome-ignore format: one line
  });

  it('are answered from a table where nothing stands beside them', { timeout: 60_000 }, async () => {
    const labels = { file: 'skies.csv', image: 'file', label: 'sky' };
    const params = { format: 'images', target: 'sky', images: { size: [6, 6], labels } };
    const { examples } = await stage('ingest', { source: skies() }, params);
    const given = { model: { preset: 'mlp', units: [4] }, epochs: 1, batch_size: 8, preflight: false };
    const trained = await stage('train', { train: examples! }, given);
    const { predictions } = await stage('evaluate', { model: trained['model']!, test: examples! });
    const days = [...(await readTable(predictions!)).columns.get('probability_day')!.values];
    for (const name of ['skies.csv', 'skies.jsonl']) {
      const { answers, told } = await answered(trained['model']!, { path: join(skies(), name) });
      const found = inImageOrder(answers).map(
        (answer) => answer !== undefined && 'probabilities' in answer && answer.probabilities['day'],
      );
      expect([found, told]).toEqual([days, []]);
    }
  });
});

describe('lists of numbers in a table', () => {
  const texts = { layers: [{ type: 'Input', name: 'embedding' }, { type: 'Input', name: 'rest' }, { type: 'Concatenate', name: 'all', inputs: ['embedding', 'rest'] }, { type: 'Dense', name: 'last', units: 3, activation: 'tanh' }] }; // biome-ignore format: one line

  it('go through every stage, and are answered from Parquet, Arrow and JSON', { timeout: 60_000 }, async () => {
    const path = join(folder.path, 'texts.parquet');
    const query = `SELECT i % 7 AS words, ['x', 'y', 'z'][1 + i % 3] AS kind, [sin(i), cos(i), i / 50]::FLOAT[] AS embedding,
      CASE WHEN i % 3 = 0 THEN 'old' ELSE 'new' END AS age FROM range(60) t(i)`;
    await withConnection(async (connection) => {
      await connection.run(`COPY (${query}) TO '${path}'`);
    });
    const { examples } = await stage('ingest', { source: path }, { target: 'age' });
    const cleaned = await stage('clean', { examples: examples! }, { duplicates: 'drop' });
    const parts = await stage('split', { examples: cleaned['examples']! }, { test: 0.3, stratify: 'age' });
    const given = { train: parts['train']!, test: parts['test']! };
    const ready = await stage('normalize', given, { method: 'standard' });
    const params = { model: texts, epochs: 1, batch_size: 8, preflight: false };
    const { model } = await stage('train', { train: ready['train']!, fitted: ready['fitted']! }, params);
    const { predictions } = await stage('evaluate', { model: model!, test: ready['test']! });
    const { columns } = await readTable(predictions!);
    const judged = new Map([...columns.get('id')!.values].map((id, row) => [id, columns.get('probability_old')!.values[row]])); // biome-ignore format: one line
    expect(judged.size).toBe(18);
    // The very rows of test, by their ids, as the source has them.
    const { ids } = await readDatasetRows(examples!);
    const rows = ids
      .map((id, row) => [judged.get(id), row] as const)
      .filter(([probability]) => probability !== undefined);
    const wanted = rows.map(([probability]) => probability);
    const places = rows.map(([, row]) => row).join(', ');
    const asked = join(folder.path, 'asked');
    await withConnection(async (connection) => {
      const from = `(SELECT words, kind, embedding, age FROM (SELECT *, row_number() OVER () - 1 AS place FROM '${path}') WHERE place IN (${places}) ORDER BY place)`;
      await connection.run(`COPY ${from} TO '${asked}.parquet'`);
      await connection.run(`COPY ${from} TO '${asked}.jsonl' (FORMAT json)`);
      const read = (await connection.runAndReadAll(`SELECT words::DOUBLE, kind, embedding FROM ${from}`)).getColumnsJS();
      const vectors = vectorFromArray(read[2] as number[][], new List(new Field('item', new Float32())));
      const table = new Table({ words: vectorFromArray(read[0] as number[]), kind: vectorFromArray(read[1] as string[]), embedding: vectors });
      await writeFile(`${asked}.arrow`, tableToIPC(table, 'file'));
    }); // biome-ignore format: a line a part
    for (const name of ['parquet', 'jsonl', 'arrow']) {
      const { answers, told } = await answered(model!, { path: `${asked}.${name}` });
      expect([answers.map((answer) => 'probabilities' in answer && answer.probabilities['old']), told]).toEqual([wanted, []]); // biome-ignore format: one line
    }
    const odd = join(folder.path, 'odd.parquet');
    await withConnection(async (connection) => {
      await connection.run(
        `COPY (SELECT 1 AS words, 'x' AS kind, unnest([[1, 2], [1, 2, 'nan'::FLOAT], NULL]::FLOAT[][]) AS embedding) TO '${odd}'`,
      );
    });
    expect((await answered(model!, { path: odd })).told).toEqual([
      '1 embedding: 2 elements has another shape than the model takes',
      '2 embedding: [1.0,2.0,NaN] is no list of finite numbers',
      '3 embedding: null has no value',
    ]);
  });

  it('are answered where nothing stands beside them', { timeout: 60_000 }, async () => {
    const path = join(folder.path, 'alone.parquet');
    await withConnection(async (connection) => {
      await connection.run(
        `COPY (SELECT [sin(i), cos(i)]::DOUBLE[] AS e, i / 7 AS y FROM range(20) t(i)) TO '${path}'`,
      );
    });
    const { examples } = await stage('ingest', { source: path }, { target: 'y' });
    const given = { model: { preset: 'mlp', units: [4] }, epochs: 1, batch_size: 8, preflight: false };
    const { model } = await stage('train', { train: examples! }, given);
    const { predictions } = await stage('evaluate', { model: model!, test: examples! });
    const { answers, told } = await answered(model!, { path });
    expect([numbersIn(answers), told]).toEqual([await judgedNumbers(predictions!), []]);
  });
});
