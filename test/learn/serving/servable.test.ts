import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withConnection } from '../../../src/learn/data/duckdb.ts';
import { readTable } from '../../../src/learn/data/table.ts';
import { answersTo } from '../../../src/learn/serving/answer.ts';
import { openSources } from '../../../src/learn/serving/open-source.ts';
import { prepareRows } from '../../../src/learn/serving/prepare.ts';
import { joinParts, type RawRowsRead } from '../../../src/learn/serving/raw-rows.ts';
import { openServable } from '../../../src/learn/serving/servable.ts';
import type { JsonObject } from '../../../src/types/json.ts';
import { run as clean } from '../../../stages/clean/run.ts';
import { run as evaluate } from '../../../stages/evaluate/run.ts';
import { run as impute } from '../../../stages/impute/run.ts';
import { run as ingest } from '../../../stages/ingest/run.ts';
import { run as normalize } from '../../../stages/normalize/run.ts';
import { run as train } from '../../../stages/train/run.ts';
import { run as windows } from '../../../stages/windows/run.ts';
import { makeFolder, runStage } from '../../stages/context.ts';
import { choices } from '../backends/on-backend.ts';
import { expectDescribed } from './described.ts';

// Models of other data than the commands' tests have: what is served of them, and what is refused.

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const stages = { ingest, clean, impute, normalize, windows, train, evaluate };

const stage = async (type: keyof typeof stages, deps: Record<string, string>, params: JsonObject = {}) =>
  (await runStage(stages[type] as never, folder.path, { type, deps, params, ...(['train', 'evaluate'].includes(type) && { backend: choices.wasm }) })).outs as Record<string, string>; // biome-ignore format: one line

const learn = (train: string, model: JsonObject, fitted?: string) =>
  stage(
    'train',
    { train, ...(fitted !== undefined && { fitted }) },
    { model, epochs: 1, batch_size: 8, preflight: false },
  );

const small = { preset: 'mlp', units: [4] };

/** All rows of a file, asked about. */
const answered = async (model: string, path: string) => {
  const servable = await openServable(model);
  return withConnection(async (connection) => {
    const parts: RawRowsRead[] = [];
    for await (const source of openSources(connection, servable, {
      paths: [path],
      format: 'auto',
      temporary: folder.path,
    }))
      for await (const part of source.parts()) parts.push(part);
    const prepared = prepareRows(servable, joinParts(parts), { unknown: 'refuse' });
    return { ...prepared, servable, answers: await answersTo(servable, prepared.examples) };
  });
};

const cars = ['price;day;note;weight;sold'];
for (let row = 0; row < 40; row += 1)
  cars.push(
    `${1000 + 13 * row};2012-01-${String(1 + (row % 28)).padStart(2, '0')};${row % 3 ? ' Red  car' : 'BLUE car'};${row % 5 ? row : ''};${1 + (row % 28)}/${1 + (row % 12)}/2013`,
  );

it('numbers, dates, texts and gaps, through the rules of clean and three fitted steps: as evaluate judged', async () => {
  await writeFile(join(folder.path, 'cars.csv'), cars.join('\n'));
  const source = await stage('ingest', { source: join(folder.path, 'cars.csv') }, { target: 'price' });
  const rules = {
    text: { note: { replace: [{ pattern: ' +', with: ' ' }], trim: true, case: 'lower' } },
    dates: { sold: ['%d/%m/%Y'] },
    range: { weight: { max: 30, else: 'clip' } },
  };
  const { examples } = await stage('clean', { examples: source['examples']! }, rules);
  const filled = await stage('impute', { train: examples! }, { method: 'mean' });
  const ready = await stage(
    ...([
      'normalize',
      { train: filled['train']!, fitted: filled['fitted']! },
      { target: 'standard', columns: { day: 'date', sold: 'date', note: 'bag' } },
    ] as const),
  );
  const { model } = await learn(ready['train']!, small, ready['fitted']);
  const judged = await stage('evaluate', { model: model!, test: ready['train']! });
  const { columns } = await readTable(judged['predictions']!);
  const { servable, answers, numbers, faults } = await answered(model!, join(folder.path, 'cars.csv'));
  expect([numbers.length, faults]).toEqual([40, []]);
  expectDescribed(servable, answers);
  expect(answers.map(({ predicted }) => predicted)).toEqual([...columns.get('predicted')!.values]);

  await writeFile(
    join(folder.path, 'odd.csv'),
    'day,note,weight,sold\n2012-02-30,red,1,1/2/2013\n2012-01-31T08:30,red,1,1/2/2013\n,red,1,1/2/2013\n2012-01-31,red,,1/2/2013\n2012-01-31,red,1,2/30/2013\n',
  );
  const odd = await answered(model!, join(folder.path, 'odd.csv'));
  expect(odd.numbers).toEqual([4]);
  expect(odd.faults.map(({ row, column, what }) => `${row} ${column}: ${what}`)).toEqual([
    '1 day: is no date as ISO 8601 writes it',
    '2 day: has a time of day, and the column has dates alone',
    '3 day: has no value, and nothing fills it',
    '5 sold: is no date as "%d/%m/%Y" says, and clean refuses it',
  ]);
});

it('texts of a folder, as rows of a table', async () => {
  for (const [index, kind] of ['ham', 'spam', 'ham', 'spam', 'ham', 'spam', 'ham', 'spam'].entries()) {
    await mkdir(join(folder.path, 'mails', kind), { recursive: true });
    await writeFile(
      join(folder.path, 'mails', kind, `${index}.txt`),
      kind === 'spam' ? 'win money now' : `see you at ${index}`,
    );
  }
  const params = { format: 'texts', target: 'kind', texts: { labels: 'folder' } };
  const { examples } = await stage('ingest', { source: join(folder.path, 'mails') }, params);
  const ready = await stage('normalize', { train: examples! }, { columns: { text: { method: 'tokens', length: 6 } } });
  const { model } = await learn(ready['train']!, { preset: 'lstm', units: [4], embedding: 4 }, ready['fitted']);
  await writeFile(join(folder.path, 'new.jsonl'), '{"text":"win money now"}\n{"text":null}\n{"text":"see you"}\n');
  const { answers, numbers, faults } = await answered(model!, join(folder.path, 'new.jsonl'));
  expect([answers.length, numbers]).toEqual([2, [1, 3]]);
  expect(faults).toMatchObject([{ row: 2, column: 'text', what: 'has no value, and nothing fills it' }]);
});

it('images of a folder are resized as ingest resized them; what is broken is told by its file', async () => {
  for (const [index, kind] of ['day', 'night', 'day', 'night', 'day', 'night', 'day', 'night'].entries()) {
    const color = { r: kind === 'day' ? 250 : 10, g: 20 * index, b: 30 };
    await mkdir(join(folder.path, 'skies', kind), { recursive: true });
    const image = sharp({ create: { width: 9 + index, height: 8, channels: 3, background: color } });
    await image.png().toFile(join(folder.path, 'skies', kind, `${index}.png`));
  }
  const { examples } = await stage(
    'ingest',
    { source: join(folder.path, 'skies') },
    { format: 'images', target: 'sky', images: { size: [6, 6] } },
  );
  const ready = await stage('normalize', { train: examples! }, { method: 'min-max' });
  const { model } = await learn(ready['train']!, small, ready['fitted']);
  const judged = await stage('evaluate', { model: model!, test: ready['train']! });
  const { columns } = await readTable(judged['predictions']!);
  await writeFile(join(folder.path, 'skies', 'torn.png'), 'no image');
  const { answers, faults } = await answered(model!, join(folder.path, 'skies'));
  expect(answers.map((answer) => ('probabilities' in answer ? answer.probabilities['day'] : undefined))).toEqual([
    ...columns.get('probability_day')!.values,
  ]);
  expect(faults).toMatchObject([{ row: 9, what: 'cannot be decoded: it is no image of a known format' }]);
});

it('a model of windows that does not say of which columns is refused: it is of an earlier version', async () => {
  const rows = Array.from({ length: 30 }, (_, row) => `${row % 7},${row}`);
  await writeFile(join(folder.path, 'series.csv'), ['x,y', ...rows].join('\n'));
  const { examples } = await stage('ingest', { source: join(folder.path, 'series.csv') }, { target: 'y' });
  const ready = await stage('normalize', { train: examples! });
  const cut = await stage('windows', { train: ready['train']! }, { steps: 3, ahead: 1 });
  const { model } = await learn(cut['train']!, { preset: 'gru', units: [4] }, ready['fitted']);
  const form = JSON.parse(readFileSync(join(model!, 'examples.json'), 'utf8'));
  delete form.raw.windows.columns;
  writeFileSync(join(model!, 'examples.json'), JSON.stringify(form));
  await expect(openServable(model!)).rejects.toThrow(
    'this model takes windows of a series, and does not say of which columns: it was trained by an earlier version',
  );
});

it('a model that was not given its fitted steps is refused, rather than asked about raw numbers', async () => {
  const { examples } = await stage('ingest', { source: join(folder.path, 'series.csv') }, { target: 'y' });
  const ready = await stage('normalize', { train: examples! });
  const { model } = await learn(ready['train']!, small);
  await expect(openServable(model!)).rejects.toThrow('give train the dep fitted');
  const { model: plain } = await learn(examples!, small);
  expect((await answered(plain!, join(folder.path, 'series.csv'))).answers.length).toBe(30);
});
