import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFitted } from '../../src/learn/data/fitted/artifact.ts';
import { dataOf } from '../../src/learn/data/fitted/output.ts';
import { applyFitted } from '../../src/learn/data/fitted/serve.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import { readTable } from '../../src/learn/data/table.ts';
import { isolationScores } from '../../src/learn/outliers/isolation-forest.ts';
import { fitNeighbourDistance, neighbourDistances } from '../../src/learn/outliers/neighbour-distance.ts';
import { stream } from '../../src/learn/random.ts';
import type { FittedOutliers } from '../../src/types/generated/fitted.ts';
import type { JsonObject } from '../../src/types/json.ts';
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

const write = (rows: Rows, target: string | null = 'y'): Promise<string> =>
  writeDataset(join(folder.path, `d${count++}`), rows, headerFor(rows, target));
const outliers = (deps: Record<string, string>, params: JsonObject, seed = 1): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'outliers', deps, params, seed });
const read = ({ outs }: StageOutcome, name: string): Promise<Rows> => readRows(outs[name] as string);
const stepOf = async ({ outs }: StageOutcome): Promise<FittedOutliers> => {
  const fitted = await readFitted(outs['fitted'] as string);
  expect(complaints('fitted', fitted)).toEqual([]);
  return fitted.steps[0] as FittedOutliers;
};
const ledgerOf = async ({ outs }: StageOutcome): Promise<unknown[][]> => {
  const { columns, rows } = await readTable(outs['ledger'] as string);
  return Array.from({ length: rows }, (_, row) => [...columns.values()].map(({ values }) => values[row]));
};

/** On a line a = b, so that no column tells what stands beside it: the planted rows are usual in a and in b. */
const line = (rows: number, planted: readonly number[], seed: number): Rows => {
  const random = stream(seed);
  const a = Array.from({ length: rows }, () => 10 * random.next());
  const b = a.map((value, row) => (planted.includes(row) ? 10 - value : value) + 0.05 * random.normal());
  for (const row of planted) [a[row], b[row]] = [1, 9];
  return rowsOf({ a, b, y: a.map((_, row) => row) });
};
const planted = [4, 50, 120];
const train = () => write(line(200, planted, 1));
const test = () => write(line(40, [7], 2));
const ids = (rows: readonly number[]): string[] => rows.map((row) => `r${row}`);

describe.each([
  ['isolation-forest', { contamination: 0.05 }],
  ['knn', { contamination: 0.015, neighbours: 5 }],
] as const)('outliers by %s', (method, params) => {
  it('drops unusual rows, of train alone, and has them in the ledger with their scores', async () => {
    const deps = { train: await train(), test: await test() };
    const outcome = await outliers(deps, { method, action: 'drop', ...params });
    const step = await stepOf(outcome);
    const ledger = await ledgerOf(outcome);
    const gone = ledger.filter(([split]) => split === 'train');
    expect(gone).toHaveLength(params.contamination * 200);
    expect(gone.map(([, id]) => id)).toEqual(expect.arrayContaining(ids(planted)));
    expect(step.judge?.outliers).toBe(gone.length);
    for (const [, , ...rest] of gone) expect(rest).toEqual([null, 'drop', Number.NaN, Number.NaN, expect.any(Number)]);
    expect(ledger.every((entry) => (entry[6] as number) > (step.judge?.threshold as number))).toBe(true);
    const kept = await read(outcome, 'train');
    const dropped = new Set(gone.map(([, id]) => id));
    expect(kept.ids).toEqual(ids([...Array(200).keys()]).filter((id) => !dropped.has(id)));
    expect(await digestsOf(outcome.outs['test'] as string)).toEqual(await digestsOf(deps.test));
    expect(ledger.filter(([split]) => split === 'test').map(([, id, , action]) => [id, action])).toContainEqual(['r7', 'keep']); // biome-ignore format: one line
    expect(outcome.summary).toContain('rows judged by 2 features of 200 examples (train: ');
    expect(outcome.summary).toContain(`${gone.length} rows dropped`);
  });

  it('flags them in every split, as serving does', async () => {
    const deps = { train: await train(), test: await test() };
    const outcome = await outliers(deps, { method, action: 'flag', ...params });
    const fitted = await readFitted(outcome.outs['fitted'] as string);
    for (const split of ['train', 'test'] as const) {
      const flags = valuesOf(await read(outcome, split), 'outlier');
      const unusual = (await ledgerOf(outcome)).filter((entry) => entry[0] === split).map((entry) => entry[1]);
      expect(flags.flatMap((flag, row) => (flag === 1 ? [`r${row}`] : []))).toEqual(unusual);
      const served = applyFitted(fitted, (await readRows(deps[split])).columns);
      expect(Array.from(dataOf(served.values, 'outlier').values as Float64Array)).toEqual(flags);
    }
    expect(valuesOf(await read(outcome, 'test'), 'outlier')[7]).toBe(1);
  });

  it('is the seed’s, and the rows’', async () => {
    const deps = { train: await train() };
    const digests = async (seed: number) => digestsOf(join((await outliers(deps, { method, action: 'flag', ...params }, seed)).outs['fitted'] as string, '..')); // biome-ignore format: one line
    const first = await digests(1);
    expect(await digests(1)).toEqual(first);
    if (method === 'knn') expect(await digests(2)).toEqual(first);
    else expect(await digests(2)).not.toEqual(first);
  });

  it('refuses rows with a missing value, and leaves out a feature that is not to count', async () => {
    const gaps = rowsOf({ a: [1, 2, 3, null, 5, 6, 7, 8], b: [1, 2, 3, 4, 5, 6, 7, 8], y: [1, 2, 3, 4, 5, 6, 7, 8] });
    const more = { method, action: 'flag', ...(method === 'knn' ? { neighbours: 2 } : {}) };
    await expect(outliers({ train: await write(gaps) }, more)).rejects.toThrow(
      'train, column "a": 1 row without a value',
    );
    const without = { ...more, columns: { a: 'none' } };
    expect((await stepOf(await outliers({ train: await write(gaps) }, without))).judge?.columns).toEqual(['b']);
    const whole = rowsOf({ a: [1, 2, 3, 4], b: [1, 2, 3, 4], y: [1, 2, 3, 4] });
    const deps = { train: await write(whole), test: await write(gaps) };
    await expect(outliers(deps, more)).rejects.toThrow('test, column "a": 1 row without a value');
  });
});

describe('scores of rows', () => {
  const matrix = {
    values: Float64Array.of(...[1, 2, 4, 7, 11, 16, 100].flatMap((x) => [x, x * x])),
    rows: 7,
    columns: 2,
  };
  const rows = rowsOf({ a: [1, 2, 4, 7, 11, 16, 100], b: [1, 4, 16, 49, 121, 256, 10000], y: [0, 0, 0, 0, 0, 0, 0] });

  it('are those of the forest, of the stage’s seed', async () => {
    const params = { method: 'isolation-forest', action: 'flag', threshold: 0.001, trees: 7, sample: 4 };
    const outcome = await outliers({ train: await write(rows) }, params);
    const { judge } = await stepOf(outcome);
    if (judge?.method !== 'isolation-forest') throw new Error('no forest');
    expect(judge.state.trees).toHaveLength(7);
    expect(judge.state.sample).toBe(4);
    expect((await ledgerOf(outcome)).map((entry) => entry[6])).toEqual([...isolationScores(judge.state, matrix)]);
  });

  it('are distances to the nearest other rows, a row that equals one of train’s being that row', async () => {
    const params = { method: 'knn', action: 'flag', threshold: 1e-9, neighbours: 2 };
    const outcome = await outliers({ train: await write(rows) }, params);
    const expected = neighbourDistances(fitNeighbourDistance(matrix, 2), matrix, 'train');
    expect((await ledgerOf(outcome)).map((entry) => entry[6])).toEqual([...expected]);
  });

  it('of knn are those to a sample, which bounds what is kept', async () => {
    const params = { method: 'knn', action: 'flag', neighbours: 3, sample: 10 };
    const { judge } = await stepOf(await outliers({ train: await train() }, params));
    expect(judge?.method === 'knn' && judge.state.points.length).toBe(20);
  });

  it('have a threshold, or a share that is above; of equal rows none is', async () => {
    const equal = rowsOf({ a: Array(50).fill(3), y: Array(50).fill(1) });
    for (const method of ['isolation-forest', 'knn']) {
      const outcome = await outliers({ train: await write(equal) }, { method, action: 'drop', contamination: 0.5 });
      expect((await read(outcome, 'train')).ids).toHaveLength(50);
    }
    await expect(
      outliers({ train: await write(equal) }, { method: 'isolation-forest', action: 'drop', threshold: 0.1 }),
    ).rejects.toThrow('every row of train has an outlier');
  });

  it.each([
    [{ method: 'knn' }, 'judges rows, and the action "winsorize" is for single values'],
    [{ method: 'knn', action: 'null' }, 'judges rows'],
    [{ method: 'knn', action: 'drop', columns: { a: 'iqr' } }, '"a" cannot be judged by "iqr"'],
    [{ method: 'knn', action: 'drop', trees: 3 }, 'params.trees does not go with the method "knn"'],
    [{ method: 'iqr', contamination: 0.1 }, 'params.contamination does not go with the method "iqr"'],
    [{ method: 'knn', action: 'drop', threshold: 1, contamination: 0.1 }, 'both say where outliers begin'],
    [{ method: 'knn', action: 'drop' }, '20 neighbours cannot be found among 7 rows of train'],
    [{ method: 'knn', action: 'drop', columns: { a: 'none', b: 'none' } }, 'no feature of numbers to judge rows by'],
  ] as const)('refuses %j', async (params, message) => {
    await expect(outliers({ train: await write(rows) }, params as unknown as JsonObject)).rejects.toThrow(message);
  });

  it('are not read of a damaged artifact: a walk in a tree always ends', async () => {
    const params = { method: 'isolation-forest', action: 'flag', trees: 1 };
    const train = await write(rows);
    const { outs } = await outliers({ train }, params);
    const path = outs['fitted'] as string;
    const text = JSON.parse(await readFile(path, 'utf8'));
    text.steps[0].judge.state.trees[0].lefts[0] = 0;
    await writeFile(path, JSON.stringify(text));
    const damaged = await readFitted(path);
    expect(() => applyFitted(damaged, rows.columns)).toThrow('by "isolation-forest" is damaged');
  });
});
