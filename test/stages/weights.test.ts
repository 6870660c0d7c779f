import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples, readManifest } from '../../src/learn/data/dataset.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as augment } from '../../stages/augment/run.ts';
import { run as balance } from '../../stages/balance/run.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as outliers } from '../../stages/outliers/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { headerFor, readRows, rowsOf, valuesOf, writeDataset } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const write = async (lines: readonly string[]): Promise<string> => {
  const place = join(folder.path, `w${count++}`);
  await mkdir(place);
  await writeFile(join(place, 't.csv'), lines.join('\n'));
  return join(place, 't.csv');
};
const ingested = (source: string, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(ingest, folder.path, { type: 'ingest', deps: { source }, params: { target: 'y', weight: 'w', ...params } });

/** x runs from 0 to 59 and a row counts for x / 10, so that the one tells the other. */
const survey = (): Promise<string> =>
  write(['x,w,y', ...Array.from({ length: 60 }, (_, x) => `${x},${x / 10},${x % 4 === 0 ? 'rare' : 'often'}`)]);

/** Each row of a data set still has the weight that its source gave it; returns how many rows there are. */
const expectWeights = async (path: string, of = (x: number) => x / 10): Promise<number> => {
  const rows = await readRows(path);
  const { columns, row_weights: weighted } = await readManifest(path);
  expect([columns.map(({ name }) => name), weighted]).toEqual([['x', 'y'], { column: '__weight' }]);
  expect([...(rows.weights as Float64Array)]).toEqual(valuesOf(rows, 'x').map((x) => of(x as number)));
  return rows.ids.length;
};

const splitsOf = async (): Promise<Record<'train' | 'validation' | 'test', string>> => {
  const raw = await ingested(await survey());
  expect(await expectWeights(raw.outs['examples'] as string)).toBe(60);
  const examples = raw.outs['examples'] as string;
  const params = { rows: [{ column: 'x', greater_than: 54, do: 'drop' }] };
  const cleaned = await runStage(clean, folder.path, { type: 'clean', deps: { examples }, params });
  const { outs } = await runStage(split, folder.path, {
    ...{
      type: 'split',
      deps: { examples: cleaned.outs['examples'] as string },
      params: { validation: 0.2, test: 0.2 },
    },
  });
  return outs as Record<'train' | 'validation' | 'test', string>;
};

describe('weights of rows', () => {
  it('go with their rows through clean, split, outliers and balance', async () => {
    const splits = await splitsOf();
    const counts = await Promise.all(Object.values({ ...splits }).filter((path) => !path.endsWith('.parquet')).map((path) => expectWeights(path))); // biome-ignore format: one line
    expect(counts.reduce((sum, rows) => sum + rows, 0)).toBe(55);
    const { train } = splits;
    const dropped = await runStage(outliers, folder.path, {
      ...{ type: 'outliers', deps: { train }, params: { action: 'drop', threshold: 0.1 } },
    });
    const before = await expectWeights(train);
    expect(await expectWeights(dropped.outs['train'] as string)).toBeLessThan(before);
    const on = (method: string) =>
      runStage(balance, folder.path, { type: 'balance', deps: { train }, params: { method } });
    expect(await expectWeights((await on('oversample')).outs['train'] as string)).toBeGreaterThan(before);
    // A row between two counts for what lies between theirs.
    const smote = await readRows((await on('smote')).outs['train'] as string);
    expect(smote.ids.length).toBeGreaterThan(before);
    valuesOf(smote, 'x').forEach((x, row) => {
      expect((smote.weights as Float64Array)[row]).toBeCloseTo((x as number) / 10, 10);
    });
  });

  it('are no features, and reach training as float32', async () => {
    const splits = await splitsOf();
    const deps = { train: splits.train, validation: splits.validation, test: splits.test };
    const { outs } = await runStage(normalize, folder.path, { type: 'normalize', deps });
    const examples = await loadExamples(outs['train'] as string);
    expect(examples.featureNames).toEqual(['x']);
    const raw = await readRows(splits.train);
    expect(examples.weights).toEqual(Float32Array.from(raw.weights as Float64Array));
    expect(complaints('dataset', await readManifest(outs['train'] as string))).toEqual([]);
    const copies = await runStage(augment, folder.path, {
      ...{ type: 'augment', deps: { train: outs['train'] as string }, params: { noise: 0.01, copies: 1 } },
    });
    const more = await loadExamples(copies.outs['train'] as string);
    expect(more.weights).toHaveLength(2 * raw.ids.length);
    const of = new Map(raw.ids.map((id, row) => [id, Math.fround((raw.weights as Float64Array)[row] as number)]));
    expect([...(more.weights as Float32Array)]).toEqual(more.ids.map((id) => of.get(id.replace(/\+\d+$/, ''))));
  });

  it('of one size are none', async () => {
    const source = await write(['x,w,y', '1,2,a', '2,2,b', '3,2,a']);
    const { outs } = await ingested(source);
    expect((await loadExamples(outs['examples'] as string)).weights).toBeUndefined();
  });

  it.each([
    [['1,,a', '2,1,b'], {}, 't.csv, column "w": 1 row without a weight'],
    [['1,-1,a', '2,1,b'], {}, 't.csv, column "w": 1 row with a weight below 0'],
    [['1,0,a', '2,0,b'], {}, 't.csv, column "w": all weights are 0'],
    [['1,high,a', '2,low,b'], {}, 't.csv, column "w" is a text'],
    [['1,1,a', '2,2,b'], { weight: 'v' }, 'params.weight names the column "v"'],
    [['1,1,a', '2,2,b'], { weight: 'y' }, 'params.target and params.weight both name the column "y"'],
    [['1,1,a', '2,2,b'], { columns: ['x', 'y'] }, 'params.columns leaves out the weight "w"'],
  ] as const)('are refused where a row counts for nobody knows what: %j, %j', async (lines, params, message) => {
    const source = await write(['x,w,y', ...lines]);
    await expect(ingested(source, params as unknown as JsonObject)).rejects.toThrow(message);
  });

  it('are refused where rows are damaged, and never lost by a writer', async () => {
    const rows = rowsOf({ x: [1, 2], y: ['a', 'b'] });
    const header = { ...headerFor(rows, 'y'), rowWeights: true };
    const place = () => join(folder.path, `d${count++}`);
    await expect(writeDataset(place(), rows, header)).rejects.toThrow('the weights of rows are lost');
    const broken = await writeDataset(place(), { ...rows, weights: Float64Array.of(1, -1) }, header);
    await expect(loadExamples(broken)).rejects.toThrow('no number from 0 on');
    const nothing = await writeDataset(place(), { ...rows, weights: Float64Array.of(0, 0) }, header);
    await expect(loadExamples(nothing)).rejects.toThrow('no row counts');
  });
});
