import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples, readManifest } from '../../src/learn/data/dataset.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run } from '../../stages/normalize/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { digestsOf } from '../learn/data/folder.ts';
import { headerFor, readRows, rowsOf, valuesOf, writeDataset } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const normalize = (deps: Record<string, string>, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'normalize', deps, params });

const write = (rows: Rows, target: string | null = null): Promise<string> =>
  writeDataset(join(folder.path, `d${count++}`), rows, headerFor(rows, target));

const fittedIn = async ({ outs }: StageOutcome) => JSON.parse(await readFile(outs['fitted'] as string, 'utf8'));
const read = ({ outs }: StageOutcome, name: string): Promise<Rows> => readRows(outs[name] as string);

describe('normalize of penguins', () => {
  let splits: Record<string, string>;
  beforeAll(async () => {
    const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/penguins.json');
    const raw = await runStage(ingest, folder.path, {
      type: 'ingest',
      deps: { source },
      params: { target: 'Species' },
    });
    const cleaned = await runStage(clean, folder.path, {
      type: 'clean',
      deps: { examples: raw.outs['examples'] as string },
      params: { map: { Sex: { '.': null } }, missing: { default: 'drop' } },
    });
    const { outs } = await runStage(split, folder.path, {
      type: 'split',
      deps: { examples: cleaned.outs['examples'] as string },
      params: { stratify: 'Species' },
    });
    splits = { train: outs['train'] as string, validation: outs['validation'] as string, test: outs['test'] as string };
  });

  it('gives train mean 0 and deviation 1, and test its own', async () => {
    const outcome = await normalize(splits, { method: 'standard' });
    expect(outcome.summary).toBe('6 features fitted on 233 examples');
    const moments = async (name: string): Promise<[number, number]> => {
      const values = valuesOf(await read(outcome, name), 'Body Mass (g)') as number[];
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
    };
    const [mean, sd] = await moments('train');
    expect(mean).toBeCloseTo(0, 6);
    expect(sd).toBeCloseTo(1, 6);
    const [testMean, testSd] = await moments('test');
    expect(Math.abs(testMean)).toBeGreaterThan(1e-4);
    expect(Math.abs(testSd - 1)).toBeGreaterThan(1e-4);
  });

  it('makes the features 9 numbers: 4 measurements, 3 islands, 2 sexes', async () => {
    const outcome = await normalize(splits);
    const examples = await loadExamples(outcome.outs['train'] as string);
    expect(examples.featureNames).toEqual([
      'Island=Biscoe',
      'Island=Dream',
      'Island=Torgersen',
      'Beak Length (mm)',
      'Beak Depth (mm)',
      'Flipper Length (mm)',
      'Body Mass (g)',
      'Sex=FEMALE',
      'Sex=MALE',
    ]);
    expect(examples.features.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(examples.classes).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    const islands = Array.from({ length: examples.rows }, (_, row) => examples.features.slice(9 * row, 9 * row + 3));
    expect(islands.every((hot) => hot.reduce((sum, value) => sum + value, 0) === 1)).toBe(true);
  });

  it('fits on train alone: other rows elsewhere change nothing in train or the fit', async () => {
    const both = await normalize(splits);
    const swapped = await normalize({ train: splits['train'] as string, test: splits['validation'] as string });
    expect(await fittedIn(swapped)).toEqual(await fittedIn(both));
    expect(await digestsOf(swapped.outs['train'] as string)).toEqual(await digestsOf(both.outs['train'] as string));
    expect(swapped.outs['validation']).toBeUndefined();
  });

  it('writes every statistic, from which the values follow', async () => {
    const outcome = await normalize(splits, { columns: { 'Body Mass (g)': 'standard', 'Beak Depth (mm)': 'none' } });
    expect(complaints('fitted', await fittedIn(outcome))).toEqual([]);
    const { steps, target } = await fittedIn(outcome);
    const [{ features, rows }] = steps;
    expect({ rows, target }).toEqual({ rows: 233, target: 'Species' });
    const raw = await readRows(splits['test'] as string);
    for (const { name, kind, center, divisor } of features) {
      if (kind !== 'number') continue;
      const expected = (valuesOf(raw, name) as number[]).map((value) => Math.fround((value - center) / divisor));
      expect(valuesOf(await read(outcome, 'test'), name)).toEqual(expected);
    }
    const mass = features.find(({ name }: { name: string }) => name === 'Body Mass (g)');
    expect(mass).toMatchObject({
      method: 'standard',
      center: mass.mean,
      divisor: mass.sd,
      count: 233,
      constant: false,
    });
    expect(features.at(-1)).toMatchObject({
      method: 'one-hot',
      categories: [{ column: 'Sex=FEMALE' }, { column: 'Sex=MALE' }],
    });
  });
});

describe('normalize', () => {
  it('makes a constant 0, and leaves others as far from it as they are', async () => {
    const outcome = await normalize({
      train: await write(rowsOf({ x: [5, 5] })),
      test: await write(rowsOf({ x: [7, 5] })),
    });
    expect(valuesOf(await read(outcome, 'train'), 'x')).toEqual([0, 0]);
    expect(valuesOf(await read(outcome, 'test'), 'x')).toEqual([2, 0]);
    expect((await fittedIn(outcome)).steps[0].features[0]).toMatchObject({ constant: true, divisor: 1 });
  });

  it('gives a label that train does not have zeros, and says how many there were', async () => {
    const train = await write(rowsOf({ x: ['a', 'b'] }));
    const outcome = await normalize({ train, test: await write(rowsOf({ x: ['b', 'c', 'c'] })) });
    expect(outcome.summary).toBe('1 feature fitted on 2 examples (test: 2 unknown labels)');
    const test = await read(outcome, 'test');
    expect([valuesOf(test, 'x=a'), valuesOf(test, 'x=b')]).toEqual([
      [0, 0, 0],
      [1, 0, 0],
    ]);
  });

  it('tells labels apart that differ in case alone', async () => {
    const outcome = await normalize({ train: await write(rowsOf({ x: ['a', 'A', 'a'] })) });
    const train = await read(outcome, 'train');
    expect([valuesOf(train, 'x=a'), valuesOf(train, 'x=A (2)')]).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
  });

  it('leaves the target alone', async () => {
    const outcome = await normalize({ train: await write(rowsOf({ x: [1, 3], y: [10, 30] }), 'y') });
    expect(valuesOf(await read(outcome, 'train'), 'y')).toEqual([10, 30]);
  });

  it('takes a split without rows', async () => {
    const test = await write({
      ...rowsOf({ x: [1] }),
      ids: [],
      columns: new Map([['x', { kind: 'number', values: new Float64Array(0) }]]),
    });
    const outcome = await normalize({ train: await write(rowsOf({ x: [1, 3] })), test });
    expect((await readManifest(outcome.outs['test'] as string)).rows).toBe(0);
  });

  const image = (values: readonly number[]): Rows => ({
    ids: ['r0', 'r1'],
    official: null,
    columns: new Map([
      ['image', { kind: 'tensor', shape: [1, 2, 1], values: Uint8Array.from(values) }],
      ['digit', { kind: 'label', values: ['0', '1'] }],
    ]),
  });

  it('hands on a test of no images', async () => {
    const none: Rows = {
      ...{ ids: [], official: null },
      columns: new Map([
        ['image', { kind: 'tensor', shape: [1, 2, 1], values: new Uint8Array(0) }],
        ['digit', { kind: 'label', values: [] }],
      ]),
    };
    const train = await write(image([50, 100, 150, 250]), 'digit');
    const outcome = await normalize({ train, test: await write(none, 'digit') });
    expect((await readManifest(outcome.outs['test'] as string)).rows).toBe(0);
  });

  it.each([
    ['min-max', { scale: Math.fround(1 / 200), offset: Math.fround(-50 / 200) }],
    ['standard', { scale: Math.fround(1 / Math.sqrt(5468.75)), offset: Math.fround(-137.5 / Math.sqrt(5468.75)) }],
  ])('copies pixels byte for byte, and says in the encoding what they mean: %s', async (method, encoding) => {
    const train = await write(image([50, 100, 150, 250]), 'digit');
    const outcome = await normalize({ train }, { method });
    const [before, after] = [await digestsOf(train), await digestsOf(outcome.outs['train'] as string)];
    expect({ ...after, 'dataset.json': '' }).toEqual({ ...before, 'dataset.json': '' });
    const manifest = await readManifest(outcome.outs['train'] as string);
    expect(manifest.columns[0]).toMatchObject({ name: 'image', dtype: 'uint8', encoding });
    expect(complaints('dataset', manifest)).toEqual([]);
    expect(complaints('fitted', await fittedIn(outcome))).toEqual([]);
    const { features } = await loadExamples(outcome.outs['train'] as string);
    const mean = features.reduce((sum, value) => sum + value, 0) / 4;
    if (method === 'standard') expect(mean).toBeCloseTo(0, 6);
    else expect([features[0], features[3]]).toEqual([0, 1]);
  });

  it('refuses missing values, with split, column and count', async () => {
    const gap = await write(rowsOf({ x: [1, null, null] }));
    const whole = await write(rowsOf({ x: [1, 2] }));
    await expect(normalize({ train: gap })).rejects.toThrow(
      'train, column "x": 2 rows without a value\nhint: put an impute stage before, or say in clean what becomes of them, as "missing": { "x": "drop" }',
    );
    await expect(normalize({ train: whole, test: gap })).rejects.toThrow('test, column "x": 2 rows without a value');
    const labels = await write(rowsOf({ x: ['a', null] }));
    await expect(normalize({ train: labels })).rejects.toThrow('train, column "x": 1 row without a value');
  });

  it('says of a target without a value that nothing can be put there', async () => {
    const train = await write(rowsOf({ x: [1, 2, 3], y: [1, null, 3] }), 'y');
    await expect(normalize({ train }, { target: 'standard' })).rejects.toThrow(
      'train, column "y": 1 row without a value\nhint: it is the target, which is not imputed: say in clean what becomes of them, as "missing": { "y": "drop" }',
    );
  });

  it('names all columns without any value, whatever their kind, and says what to do', async () => {
    const rows = rowsOf({ x: [1, 2], y: [null, null], t: ['a', 'b'], d: ['a', 'b'], z: [null, null] });
    const empty = { kind: 'label', values: [null, null] } as const;
    const texts = { ...rows, columns: new Map([...rows.columns, ['t', empty], ['d', empty]]) };
    const text = await writeDataset(join(folder.path, `d${count++}`), texts, {
      ...headerFor(rows),
      columns: headerFor(rows).columns.map((column) =>
        ['t', 'd'].includes(column.name) ? { name: column.name, kind: 'text', dtype: 'string' } : column,
      ),
    });
    await expect(normalize({ train: text })).rejects.toThrow(
      'train, columns "t", "d": no row has a value\nhint: leave such columns out in ingest.columns',
    );
    const numbers = await write(rowsOf({ x: [1, 2], y: [null, null] }));
    await expect(normalize({ train: numbers })).rejects.toThrow('train, column "y": no row has a value');
  });

  it('refuses text, other columns than train has, an unknown column and an empty train', async () => {
    const rows = rowsOf({ x: ['a', 'b'] });
    const text = await writeDataset(join(folder.path, `d${count++}`), rows, {
      ...headerFor(rows),
      columns: [{ name: 'x', kind: 'text', dtype: 'string' }],
    });
    await expect(normalize({ train: text })).rejects.toThrow('feature "x" is free text');
    const train = await write(rowsOf({ x: [1, 2] }));
    await expect(normalize({ train, test: await write(rowsOf({ z: [1, 2] })) })).rejects.toThrow(
      'test has not the features of train: "z"\nhint: train has "x"',
    );
    await expect(normalize({ train }, { columns: { z: 'none' } })).rejects.toThrow('params.columns names "z"');
    const twins = await write(rowsOf({ x: ['a', 'b'], 'x=a': [1, 2] }));
    await expect(normalize({ train: twins })).rejects.toThrow('there would be two columns named "x=a"');
  });
});
