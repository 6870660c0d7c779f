import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawQuestions } from '../../../src/learn/cost/raw-questions.ts';
import { readTable } from '../../../src/learn/data/table.ts';
import { answersTo } from '../../../src/learn/serving/answer.ts';
import { readRows as rowsInJson } from '../../../src/learn/serving/http/ask.ts';
import { rowSchema } from '../../../src/learn/serving/http/row-schema.ts';
import { type Prepared, prepareRows } from '../../../src/learn/serving/prepare.ts';
import { refuseShort, type Series, startSeries } from '../../../src/learn/serving/series.ts';
import { openServable, type Servable } from '../../../src/learn/serving/servable.ts';
import type { JsonObject } from '../../../src/types/json.ts';
import { run as evaluate } from '../../../stages/evaluate/run.ts';
import { run as ingest } from '../../../stages/ingest/run.ts';
import { run as normalize } from '../../../stages/normalize/run.ts';
import { run as split } from '../../../stages/split/run.ts';
import { run as train } from '../../../stages/train/run.ts';
import { run as windows } from '../../../stages/windows/run.ts';
import { makeFolder, runStage } from '../../stages/context.ts';
import { choices } from '../backends/on-backend.ts';
import { readRows } from '../data/rows.ts';
import { expectDescribed } from './described.ts';

// Models of windows are asked about rows that follow each other, and answer as evaluate judged them.

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
  await writeFile(join(folder.path, 'tides.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
});
afterAll(() => folder.remove());

const stages = { evaluate, ingest, normalize, split, train, windows };

const stage = async (type: keyof typeof stages, deps: Record<string, string>, params: JsonObject = {}) =>
  (await runStage(stages[type] as never, folder.path, { type, deps, params, ...(['train', 'evaluate'].includes(type) && { backend: choices.wasm }) })).outs as Record<string, string>; // biome-ignore format: one line

/** Two harbours; the tide of each follows its own day. */
const rows = ['Brest', 'Dover'].flatMap((harbour, at) =>
  Array.from({ length: 60 }, (_, hour) => ({
    harbour,
    hour,
    wind: (hour * 7 + at * 3) % 11,
    tide: Math.round(100 * (3 + at + 2 * Math.sin(hour / 2 + at))) / 100,
  })),
);

/** What evaluate says of the rows that are foretold, by their number in the source; of several, by that of the last. */
const judged = async (params: JsonObject) => {
  const source = join(folder.path, 'tides.jsonl');
  const { examples } = await stage('ingest', { source }, { target: 'tide' });
  const scaled = { columns: { harbour: 'ordinal', hour: 'none' }, method: 'standard', target: 'standard' };
  const ready = await stage('normalize', { train: examples!, test: examples! }, scaled);
  const cut = await stage('windows', { train: ready['train']!, test: ready['test']! }, { by: 'harbour', time: 'hour', ...params }); // biome-ignore format: one line
  const { model } = await stage(
    'train',
    { train: cut['train']!, fitted: ready['fitted']! },
    { model: { preset: 'gru', units: [4] }, epochs: 1, batch_size: 8, preflight: false },
  );
  const several = params['foretell'] !== undefined;
  const { predictions } = await stage('evaluate', { model: model!, test: cut['test']!, ...(!several && { train: cut['train']! }) }); // biome-ignore format: one line
  const { columns } = await readTable(predictions!);
  const ids = columns.get('id')!.values as readonly string[];
  const predicted = columns.get('predicted')!.values as Float32Array;
  const numberOf = new Map((await readRows(examples!)).ids.map((id, at) => [id, at + 1]));
  // Of several numbers, each has its place behind the id.
  const named = (id: string) => id.replace(/^[^[]+/, (row) => String(numberOf.get(row)));
  const told = ids.map((id, at) => [named(id), predicted[at]!] as const);
  return { servable: await openServable(model!), told, examples: examples! };
};

const asked = async (servable: Servable, given: readonly object[], series?: Series): Promise<Prepared> =>
  prepareRows(servable, await rowsInJson(Buffer.from(JSON.stringify(given)), servable, 1000), { unknown: 'refuse', series }); // biome-ignore format: one line

const without = (row: object, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

describe('the tides of two harbours, from four hours', () => {
  const forms: [string, JsonObject, (last: number) => number][] = [
    ['the next hour, with the past of the target', { steps: 4, ahead: 1 }, (last) => last + 1],
    ['three hours later, by each second window', { steps: 4, ahead: 3, stride: 2 }, (last) => last + 3],
    ['this hour, from all but the target', { steps: 4, ahead: 0 }, (last) => last],
  ];
  it.each(forms)('%s', { timeout: 60_000 }, async (_, params, foretold) => {
    const { servable, told } = await judged(params);
    const given = params['ahead'] === 0 ? rows.map((row) => without(row, 'tide')) : rows;
    const { numbers, rows: read, examples, faults } = await asked(servable, given);
    expect([read, faults, numbers.length]).toEqual([120, [], 2 * 57]);
    const answers = await answersTo(servable, examples);
    const found = new Map(numbers.map((last, at) => [String(foretold(last)), answers[at]!.predicted]));
    expect(told.length).toBeGreaterThan(50);
    expect(told.map(([number]) => [number, found.get(number)])).toEqual(told);
  });

  it('the next three at a time are a list, in the unit of the source', { timeout: 60_000 }, async () => {
    const { servable, told } = await judged({ steps: 4, ahead: 1, foretell: 3 });
    const { numbers, examples } = await asked(servable, rows);
    const answers = await answersTo(servable, examples);
    // Its id is that of the last of them.
    const found = answers.flatMap(({ predicted }, at) => (predicted as number[]).map((value, place) => [`${numbers[at]! + 3}[${place}]`, value])); // biome-ignore format: one line
    expect(found.filter(([name]) => told.some(([known]) => known === name))).toEqual(told);
    const placed = answers.map((answer, at) => ({ row: numbers[at]!, ahead: 1, ...answer }));
    expectDescribed(servable, placed);
  });
});

describe('rows of series', () => {
  let servable: Servable;
  let examples: string;
  beforeAll(async () => {
    ({ servable, examples } = await judged({ steps: 4, ahead: 1 }));
  }, 60_000);
  const start = () => startSeries(servable.windowing!, 'tides');
  const ends = async (given: readonly object[]) => (await asked(servable, given)).numbers;

  it('make the same windows however few of them come at a time', async () => {
    const series = start();
    const whole = await asked(servable, rows);
    const features: number[] = [];
    let windows = 0;
    for (let from = 0; from < rows.length; from += 7) {
      const part = await asked(servable, rows.slice(from, from + 7), numbered(series, from));
      windows += part.numbers.length;
      features.push(...part.examples.features);
    }
    expect(windows).toBe(whole.numbers.length);
    expect(Float32Array.from(features)).toEqual(whole.examples.features);
  });

  it('say which is no number, and no window reaches across it', async () => {
    const given = rows.slice(0, 10).map((row, at) => (at === 4 ? { ...row, wind: 'strong' } : row));
    const { numbers, faults, rows: read } = await asked(servable, given);
    expect(faults).toMatchObject([{ row: 5, column: 'wind', found: 'strong', what: 'is no finite number' }]);
    // Rows 1 to 4, and 6 to 10.
    expect([read, numbers]).toEqual([9, [4, 9, 10]]);
  });

  it('need the past of the target, and its values', async () => {
    await expect(asked(servable, rows.map((row) => without(row, 'tide')))).rejects.toThrow('no column "tide", which the model needs'); // biome-ignore format: one line
    const { faults } = await asked(servable, [...rows.slice(0, 4), { ...rows[4], tide: null }]);
    expect(faults).toMatchObject([{ row: 5, column: 'tide', what: 'has no value, and nothing fills it' }]);
    const { properties, required, description } = rowSchema(servable) as Record<string, JsonObject>;
    expect([required, properties!['tide']]).toEqual([['harbour', 'hour', 'wind', 'tide'], { type: ['number'] }]);
    expect(description).toBe(
      'A row of a series: send 4 of them at least, in their order, and there is an answer at each that ends 4. Those of one "harbour" stand together. "hour" rises.',
    );
  });

  it('of harbours that train did not have are series as others, and two of them are two', async () => {
    const of = (harbour: string) => rows.slice(0, 5).map((row) => ({ ...row, harbour }));
    expect(await ends([...of('Ostend'), ...of('Riga')])).toEqual([4, 5, 9, 10]);
    // The name is no feature.
    const [known, unknown] = await Promise.all([asked(servable, of('Brest')), asked(servable, of('Riga'))]);
    expect(unknown.examples.features).toEqual(known.examples.features);
  });

  it('stand together, and in order of time, or are refused', async () => {
    const mixed = [...rows.slice(0, 4), ...rows.slice(60, 64), ...rows.slice(4, 8)];
    await expect(asked(servable, mixed, start())).rejects.toThrow('tides: the rows of "harbour" "Brest" do not stand together: row 9 comes after those of another'); // biome-ignore format: one line
    const back = [...rows.slice(0, 4), rows[2]!];
    await expect(asked(servable, back, start())).rejects.toThrow('tides: "hour" does not rise at row 5');
  });

  it('are a window each where it is timed what an answer takes', async () => {
    const questions = await rawQuestions(servable, examples, 60);
    expect(questions.map((question) => JSON.parse(String(question)))).toEqual([
      ...Array.from({ length: 57 }, (_, at) => rows.slice(at, at + 4)),
      ...Array.from({ length: 3 }, (_, at) => rows.slice(60 + at, 64 + at)),
    ]);
  });

  it('that are too few are told: none at all is an error', async () => {
    const series = start();
    await asked(servable, [...rows.slice(0, 3), ...rows.slice(60, 65)], series);
    expect(refuseShort(series, servable.windowing!, 'tides')).toBe('1 of 2 series are too short for an answer: the model takes 4 rows of a series, one after the other'); // biome-ignore format: one line
    const few = start();
    await asked(servable, rows.slice(0, 3), few);
    expect(() => refuseShort(few, servable.windowing!, 'tides')).toThrow('tides has 3 rows, and no window: the model takes 4 rows of a series, one after the other'); // biome-ignore format: one line
  });
});

/** Rows of a request are counted from 1: those of a part come after others. */
const numbered = (series: Series, before: number): Series => ({
  ...series,
  add: ({ numbers, values }) => series.add({ numbers: numbers.map((number) => number + before), values }),
});
