import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFitted } from '../../src/learn/data/fitted/artifact.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import { readTable } from '../../src/learn/data/table.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run } from '../../stages/outliers/run.ts';
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

const write = (rows: Rows, target: string | null = null): Promise<string> =>
  writeDataset(join(folder.path, `d${count++}`), rows, headerFor(rows, target));
const outliers = (deps: Record<string, string>, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'outliers', deps, params });
const read = ({ outs }: StageOutcome, name: string): Promise<Rows> => readRows(outs[name] as string);

// Quartiles 3 and 7: by "iqr" the bounds are -3 and 13.
const train = rowsOf({ x: [1, 2, 3, 4, 5, 6, 7, 8, 100, null], y: [1, 2, 3, 4, 5, 6, 7, 8, 900, 1] });
const test = rowsOf({ x: [-50, 5, 14, null], y: [1, 2, 3, 4] });
const deps = async () => ({ train: await write(train, 'y'), test: await write(test, 'y') });

const ledgerOf = async ({ outs }: StageOutcome): Promise<unknown[][]> => {
  const { columns, rows } = await readTable(outs['ledger'] as string);
  return Array.from({ length: rows }, (_, row) => [...columns.values()].map(({ values }) => values[row]));
};

describe('outliers', () => {
  it('clips to bounds of train, in every split, and keeps missing values', async () => {
    const outcome = await outliers(await deps());
    expect(valuesOf(await read(outcome, 'train'), 'x')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 13, null]);
    expect(valuesOf(await read(outcome, 'test'), 'x')).toEqual([-3, 5, 13, null]);
    expect(outcome.summary).toBe('1 feature bounded on 10 examples (train: 1 outlier, test: 2 outliers)');
    expect(await ledgerOf(outcome)).toEqual([
      ['train', 'r8', 'x', 'winsorize', 100, 13, Number.NaN],
      ['test', 'r0', 'x', 'winsorize', -50, -3, Number.NaN],
      ['test', 'r2', 'x', 'winsorize', 14, 13, Number.NaN],
    ]);
  });

  it('drops rows of train alone', async () => {
    const given = await deps();
    const outcome = await outliers(given, { action: 'drop' });
    expect((await read(outcome, 'train')).ids).not.toContain('r8');
    expect((await read(outcome, 'train')).ids).toHaveLength(9);
    expect(await digestsOf(outcome.outs['test'] as string)).toEqual(await digestsOf(given.test));
    expect((await ledgerOf(outcome)).map(([split, id, , action]) => [split, id, action])).toEqual([
      ['train', 'r8', 'drop'],
      ['test', 'r0', 'keep'],
      ['test', 'r2', 'keep'],
    ]);
    expect(outcome.summary).toContain('(train: 1 outlier, 1 row dropped, test: 2 outliers)');
  });

  it('empties, or flags', async () => {
    const emptied = await outliers(await deps(), { action: 'null' });
    expect(valuesOf(await read(emptied, 'test'), 'x')).toEqual([null, 5, null, null]);
    const flagged = await outliers(await deps(), { action: 'flag' });
    expect(valuesOf(await read(flagged, 'test'), 'x')).toEqual([-50, 5, 14, null]);
    expect(valuesOf(await read(flagged, 'test'), 'x.outlier')).toEqual([1, 0, 1, 0]);
  });

  it.each([
    ['z-score', {}, 15.11 - 3 * 30.1, 15.11 + 3 * 30.1],
    ['mad', {}, 5 - 3.5 * 1.4826 * 2, 5 + 3.5 * 1.4826 * 2],
    ['iqr', { threshold: 3 }, -9, 19],
  ] as const)('bounds by %s', async (method, more, low, high) => {
    const outcome = await outliers(await deps(), { method, ...more });
    const fitted = await readFitted(outcome.outs['fitted'] as string);
    expect(complaints('fitted', fitted)).toEqual([]);
    const [step] = fitted.steps;
    if (step?.stage !== 'outliers') throw new Error('no bounds');
    expect(step.features[0]?.low).toBeCloseTo(low, 0);
    expect(step.features[0]?.high).toBeCloseTo(high, 0);
  });

  it('does not judge what has no spread, and says so', async () => {
    const flat = await write(rowsOf({ x: [0, 0, 0, 0, 0, 0, 1], z: [1, 2, 3, 4, 5, 6, 7] }));
    const outcome = await outliers({ train: flat }, { action: 'drop' });
    expect(outcome.notices).toEqual(['not judged, since train\'s values have no spread by the method: "x"']);
    expect((await read(outcome, 'train')).ids).toHaveLength(7);
  });

  it('refuses to drop everything, and a column that is no feature of numbers', async () => {
    const given = await deps();
    await expect(outliers(given, { action: 'drop', threshold: 1e-9, method: 'z-score' })).resolves.toBeDefined();
    const pair = await write(rowsOf({ x: [1, 2] }));
    await expect(outliers({ train: pair }, { action: 'drop', threshold: 1e-9, method: 'z-score' })).rejects.toThrow(
      'every row of train has an outlier',
    );
    await expect(outliers(given, { columns: { y: 'iqr' } })).rejects.toThrow('params.columns names "y"');
  });

  it('finds outliers that were planted among cars, and no others by a wide bound', async () => {
    const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/cars.json');
    const { outs } = await runStage(ingest, folder.path, { type: 'ingest', deps: { source }, params: {} });
    const rows = await readRows(outs['examples'] as string);
    const weights = Float64Array.from(valuesOf(rows, 'Weight_in_lbs') as number[]);
    const planted = [3, 77, 200];
    for (const row of planted) weights[row]! *= 20;
    const changed = { ...rows, columns: new Map([['Weight_in_lbs', { kind: 'number', values: weights } as const]]) };
    const outcome = await outliers({ train: await write(changed) }, { threshold: 3 });
    expect((await ledgerOf(outcome)).map(([, id]) => id)).toEqual(planted.map((row) => rows.ids[row]));
  });
});
