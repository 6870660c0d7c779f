import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../src/learn/data/duckdb.ts';
import { answersTo } from '../../../src/learn/serving/answer.ts';
import { readRows } from '../../../src/learn/serving/http/ask.ts';
import { rowSchema } from '../../../src/learn/serving/http/row-schema.ts';
import { openSources } from '../../../src/learn/serving/open-source.ts';
import { prepareRows } from '../../../src/learn/serving/prepare.ts';
import { joinParts, type RawRowsRead } from '../../../src/learn/serving/raw-rows.ts';
import { openServable, type Servable } from '../../../src/learn/serving/servable.ts';
import type { JsonObject } from '../../../src/types/json.ts';
import { run as clean } from '../../../stages/clean/run.ts';
import { run as impute } from '../../../stages/impute/run.ts';
import { run as ingest } from '../../../stages/ingest/run.ts';
import { run as normalize } from '../../../stages/normalize/run.ts';
import { run as train } from '../../../stages/train/run.ts';
import { run as windows } from '../../../stages/windows/run.ts';
import { makeFolder, runStage } from '../../stages/context.ts';
import { choices } from '../backends/on-backend.ts';

// Rows that are asked about need no column that earlier stages needed alone: what it has, or lacks, does not matter.

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const stages = { ingest, clean, impute, normalize, windows, train };
const stage = async (type: keyof typeof stages, deps: Record<string, string>, params: JsonObject = {}) =>
  (await runStage(stages[type] as never, folder.path, { type, deps, params, ...(type === 'train' && { backend: choices.wasm }) })).outs as Record<string, string>; // biome-ignore format: one line

const learn = async (train: string, fitted: string, model: JsonObject = { preset: 'mlp', units: [4] }) =>
  openServable((await stage('train', { train, fitted }, { model, epochs: 1, batch_size: 8, preflight: false }))['model']!); // biome-ignore format: one line

const judge = async (servable: Servable, read: RawRowsRead) => {
  const prepared = prepareRows(servable, read, { unknown: 'refuse' });
  const answers = await answersTo(servable, prepared.examples);
  return { answers, told: prepared.faults.map(({ row, column, what }) => `${row} ${column}: ${what}`) };
};

const inJson = async (servable: Servable, rows: unknown) =>
  judge(servable, await readRows(Buffer.from(JSON.stringify(rows)), servable, 1000));

const inFile = (servable: Servable, name: string) =>
  withConnection(async (connection) => {
    const parts: RawRowsRead[] = [];
    const inputs = { paths: [join(folder.path, name)], format: 'auto', temporary: folder.path };
    for await (const source of openSources(connection, servable, inputs))
      for await (const part of source.parts()) parts.push(part);
    return judge(servable, joinParts(parts));
  });

describe('a group, a long number, a date and a state, which are dropped behind the imputer', () => {
  let servable: Servable;
  const row = { x: 3, kind: 'b' };
  const all = { patient: 'p1', big: 7, seen: '2012-01-31', state: 'open', ...row };

  beforeAll(async () => {
    const rows = Array.from(
      { length: 40 },
      (_, at) =>
      [`p${at % 9}`, 7 * at, `2012-01-${10 + (at % 19)}`, at % 8 ? 'open' : 'void', at % 7 ? at : '', 'abc'[at % 3], at % 2].join(), // biome-ignore format: a row
    );
    await writeFile(join(folder.path, 'visits.csv'), ['patient,big,seen,state,x,kind,y', ...rows].join('\n'));
    const source = join(folder.path, 'visits.csv');
    // What the first has found is what the second asks for: values everywhere, and between which bounds.
    const { schema } = await stage('ingest', { source }, { target: 'y' });
    const { examples } = await stage('ingest', { source, schema: schema! }, { target: 'y' });
    const rules = {
      missing: { default: 'drop', x: 'keep' },
      range: { big: { max: 1000, else: 'drop' } },
      rows: [{ column: 'state', equals: 'void', do: 'drop' }],
    };
    const cleaned = await stage('clean', { examples: examples! }, rules);
    const filled = await stage('impute', { train: cleaned['examples']! });
    const columns = { patient: 'drop', big: 'drop', seen: 'drop', state: 'drop' };
    const given = { train: filled['train']!, fitted: filled['fitted']! };
    const ready = await stage('normalize', given, { columns });
    servable = await learn(ready['train']!, ready['fitted']!);
  }, 60_000);

  it('may be absent, from a file and from a request', { timeout: 60_000 }, async () => {
    const whole = await inJson(servable, [all]);
    expect(whole).toMatchObject({ told: [], answers: [{ predicted: expect.any(Number) }] });
    expect(await inJson(servable, row)).toEqual(whole);
    await writeFile(join(folder.path, 'less.csv'), 'kind,x\nb,3\n');
    expect(await inFile(servable, 'less.csv')).toEqual(whole);
    await writeFile(join(folder.path, 'some.csv'), 'kind,patient,x\nb,,3\n');
    expect(await inFile(servable, 'some.csv')).toEqual(whole);
    const { x: _, ...lacking } = row;
    await expect(inJson(servable, lacking)).rejects.toThrow('request has no column "x", which the model needs');
  });

  it('may have what ingest, clean or a fitted step would refuse', { timeout: 60_000 }, async () => {
    expect(servable.raw.columns.find(({ name }) => name === 'big')).toMatchObject({
      rules: { required: true, min: 0 },
    });
    const whole = await inJson(servable, [all]);
    const odd = [{ patient: null }, { patient: 7 }, { big: 'many' }, { big: -1 }, { big: 2000 }, { seen: 'soon' }, { seen: null }, { state: true }]; // biome-ignore format: one line
    for (const cell of odd) expect([cell, await inJson(servable, { ...all, ...cell })]).toEqual([cell, whole]);
  });

  it('but for a row that clean drops by a rule of rows', { timeout: 60_000 }, async () => {
    const { told } = await inJson(servable, [row, { ...all, state: 'void' }]);
    expect(told).toEqual(['2 state: meets {"equals":"void"}, and clean drops such rows']);
  });

  it('are described as what need not be there', () => {
    const schema = rowSchema(servable) as { readonly properties: Record<string, JsonObject>; readonly required: string[] }; // biome-ignore format: one line
    expect(schema.required).toEqual(['x', 'kind']);
    expect(schema.properties['big']!['description']).toBe('What it has, or lacks, does not matter.');
    expect(schema.properties['state']!['description']).toContain('a rule of clean refuses');
    const ajv = new Ajv2020({ allowUnionTypes: true });
    const isRow = ajv.compile(schema);
    for (const cell of [{}, { big: 'many', seen: 'soon' }, { patient: null, state: 1 }])
      expect([cell, isRow({ ...row, ...cell }), ajv.errorsText(isRow.errors)]).toEqual([cell, true, 'No errors']);
    expect(isRow({ ...row, x: 'many' })).toBe(false);
  });
});

it('what tells series apart, and the time, are asked for; what a window does not have is not', { timeout: 60_000 }, async () => {
  const rows = Array.from({ length: 40 }, (_, hour) => [hour < 20 ? 'Brest' : 'Dover', hour % 20, hour % 3, hour % 7, hour].join()); // biome-ignore format: one line
  await writeFile(join(folder.path, 'tides.csv'), ['harbour,hour,wind,note,tide', ...rows].join('\n'));
  const { examples } = await stage('ingest', { source: join(folder.path, 'tides.csv') }, { target: 'tide' });
  const filled = await stage('impute', { train: examples! });
  const columns = { harbour: 'ordinal', hour: 'none', note: 'drop' };
  const ready = await stage('normalize', { train: filled['train']!, fitted: filled['fitted']! }, { columns });
  const cut = await stage('windows', { train: ready['train']! }, { steps: 3, ahead: 1, by: 'harbour', time: 'hour' });
  const servable = await learn(cut['train']!, ready['fitted']!, { preset: 'gru', units: [4] });
  expect((rowSchema(servable)['required'] as string[]).sort()).toEqual(['harbour', 'hour', 'tide', 'wind']);
  const asked = Array.from({ length: 4 }, (_, hour) => ({ harbour: 'Brest', hour, wind: 1, tide: hour }));
  expect(await inJson(servable, asked)).toMatchObject({ told: [], answers: [{}, {}] });
}); // biome-ignore format: one signature

it('beside an image alone, so that files of images are rows', { timeout: 60_000 }, async () => {
  const skies = join(folder.path, 'skies');
  await mkdir(join(skies, 'a'), { recursive: true });
  const lines = ['file,sky,camera'];
  for (let at = 0; at < 8; at += 1) {
    const background = { r: at % 2 ? 10 : 250, g: 20 * at, b: 30 };
    await sharp({ create: { width: 6, height: 6, channels: 3, background } })
      .png()
      .toFile(join(skies, 'a', `${at}.png`));
    lines.push(`a/${at}.png,${at % 2 ? 'night' : 'day'},c${at % 3}`);
  }
  await writeFile(join(skies, 'skies.csv'), lines.join('\n'));
  const labels = { file: 'skies.csv', image: 'file', label: 'sky', columns: ['camera'] };
  const params = { format: 'images', target: 'sky', images: { labels } };
  const { examples } = await stage('ingest', { source: skies }, params);
  const ready = await stage('normalize', { train: examples! }, { method: 'min-max', columns: { camera: 'drop' } });
  const servable = await learn(ready['train']!, ready['fitted']!);
  const { answers, told } = await inFile(servable, 'skies/a');
  expect([answers.length, told]).toEqual([8, []]);
  expect(await inFile(servable, 'skies/skies.csv')).toEqual({ answers, told });
});
