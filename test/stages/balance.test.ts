import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples, readManifest } from '../../src/learn/data/dataset.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/balance/run.ts';
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

/** 2 of "a", 6 of "b", 4 of "c". */
const labels = ['a', 'b', 'b', 'c', 'b', 'c', 'a', 'b', 'c', 'b', 'c', 'b'];
const rows = rowsOf({ x: labels.map((_, row) => row), z: labels.map((_, row) => row % 3), y: labels });
const write = (data: Rows = rows, target: string | null = 'y') =>
  writeDataset(join(folder.path, `d${count++}`), data, headerFor(data, target));
const balance = async (params: JsonObject, train?: string, seed = 1): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'balance', deps: { train: train ?? (await write()) }, params, seed });
const rowsAfter = ({ outs }: StageOutcome): Promise<Rows> => readRows(outs['train'] as string);
const tally = (found: Rows): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const label of valuesOf(found, 'y')) counts[String(label)] = (counts[String(label)] ?? 0) + 1;
  return counts;
};

describe('balance by weights', () => {
  it('writes them into the manifest, as scikit-learn balances, and touches no row', async () => {
    const train = await write();
    const outcome = await balance({}, train);
    const out = outcome.outs['train'] as string;
    const manifest = await readManifest(out);
    expect(manifest.weights).toEqual({ a: 12 / (3 * 2), b: 12 / (3 * 6), c: 12 / (3 * 4) });
    expect(complaints('dataset', manifest)).toEqual([]);
    expect({ ...(await digestsOf(out)), 'dataset.json': '' }).toEqual({
      ...(await digestsOf(train)),
      'dataset.json': '',
    });
    expect((await loadExamples(out)).classWeights).toEqual([2, 12 / 18, 1]);
    expect(outcome.summary).toBe('a: weight 2, b: weight 0.667, c: weight 1');
  });

  it('takes given ones, and none that it does not know', async () => {
    const out = (await balance({ weights: { a: 3, b: 1, c: 2 } })).outs['train'] as string;
    expect((await loadExamples(out)).classWeights).toEqual([3, 1, 2]);
    await expect(balance({ weights: { a: 1, b: 1, d: 1 } })).rejects.toThrow('params.weights names "d"');
    await expect(balance({ weights: { a: 1, b: 1 } })).rejects.toThrow('params.weights says nothing of "c"');
    await expect(balance({ shares: { a: 1, b: 1, c: 1 } })).rejects.toThrow('params.shares does not go');
  });
});

describe('balance of lists of labels', () => {
  const lists = ['["a"]', '["a","b"]', '[]', '["a","c"]', '["a"]', '["a","b"]', '["c"]', '["a","c"]'];
  const listed = (values: readonly (string | null)[]) => {
    const data = rowsOf({ x: values.map((_, row) => row), y: [...values] });
    const column = { name: 'y', kind: 'labels', dtype: 'string', categories: ['a', 'b', 'c'] } as const;
    const header = headerFor(data, 'y');
    const columns = header.columns.map((each) => (each.name === 'y' ? { ...column, categories: ['a', 'b', 'c'] } : each)) as typeof header.columns; // biome-ignore format: one line
    return writeDataset(join(folder.path, `d${count++}`), data, { ...header, columns });
  };

  it('gives a label that is there the weight of all that lack it', async () => {
    const train = await listed(lists);
    const outcome = await balance({}, train);
    const out = outcome.outs['train'] as string;
    const manifest = await readManifest(out);
    // 6 of 8 rows have a, 2 have b, 3 have c.
    expect(manifest.weights).toEqual({ a: 2 / 6, b: 6 / 2, c: 5 / 3 });
    expect(complaints('dataset', manifest)).toEqual([]);
    expect({ ...(await digestsOf(out)), 'dataset.json': '' }).toEqual({ ...(await digestsOf(train)), 'dataset.json': '' }); // biome-ignore format: one line
    expect(outcome.summary).toBe('a: weight 0.333, b: weight 3, c: weight 1.67');
    // What train makes of them: each label counts as much in total where it is there as where it is not.
    const examples = await loadExamples(out, { targets: 'any' });
    expect(examples.classWeights).toEqual([2 / 6, 3, 5 / 3]);
    const totals = (flag: 0 | 1) => [0, 1, 2].map((of) => Array.from({ length: 8 }, (_, row) => examples.target[3 * row + of]!).filter((is) => is === flag).length * (flag === 1 ? examples.classWeights![of]! : 1)); // biome-ignore format: one line
    for (const [of, total] of totals(1).entries()) expect(total).toBeCloseTo(totals(0)[of]!, 12);
  });

  it('takes given ones, and lets a label that all rows have count 1', async () => {
    const given = (await balance({ weights: { a: 1, b: 4, c: 2 } }, await listed(lists))).outs['train'] as string;
    expect((await loadExamples(given, { targets: 'any' })).classWeights).toEqual([1, 4, 2]);
    await expect(balance({ weights: { a: 1, b: 4 } }, await listed(lists))).rejects.toThrow('params.weights says nothing of "c"'); // biome-ignore format: one line
    const all = (await balance({}, await listed(['["a"]', '["a","b"]']))).outs['train'] as string;
    expect((await loadExamples(all, { targets: 'any' })).classWeights).toEqual([1, 1, 1]);
    expect((await readManifest(all)).weights).toEqual({ b: 1 });
  });

  it('refuses what would repeat or drop rows', async () => {
    for (const method of ['oversample', 'undersample', 'smote']) {
      await expect(balance({ method }, await listed(lists))).rejects.toThrow(
        /goes by one class a row, and the target "y" is a list of labels/,
      );
    }
    await expect(balance({}, await listed([]))).rejects.toThrow('train has no rows with a list of labels');
  });
});

describe('balance by rows', () => {
  it('repeats rows of rare classes, each as often as the others, with ids of their own', async () => {
    const outcome = await balance({ method: 'oversample' });
    const found = await rowsAfter(outcome);
    expect(tally(found)).toEqual({ a: 6, b: 6, c: 6 });
    expect(found.ids.slice(0, 3)).toEqual(['r0', 'r0+1', 'r0+2']);
    expect(new Set(found.ids).size).toBe(18);
    expect(valuesOf(found, 'x').slice(0, 3)).toEqual([0, 0, 0]);
    expect(outcome.summary).toBe('a: 2 → 6 rows, b: 6 rows, c: 4 → 6 rows');
  });

  it('leaves out rows of frequent classes, in the order that they had', async () => {
    const found = await rowsAfter(await balance({ method: 'undersample' }));
    expect(tally(found)).toEqual({ a: 2, b: 2, c: 2 });
    const places = found.ids.map((id) => Number(id.slice(1)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('draws by its seed alone', async () => {
    const ids = async (seed: number) =>
      (await rowsAfter(await balance({ method: 'undersample' }, undefined, seed))).ids;
    expect(await ids(1)).toEqual(await ids(1));
    const others = await Promise.all([2, 3, 4, 5].map(ids));
    expect(new Set([await ids(1), ...others].map(String)).size).toBeGreaterThan(1);
  });

  it('makes classes stand to each other as asked for', async () => {
    const shares = { a: 1, b: 2, c: 1 };
    expect(tally(await rowsAfter(await balance({ method: 'oversample', shares })))).toEqual({ a: 4, b: 8, c: 4 });
    expect(tally(await rowsAfter(await balance({ method: 'undersample', shares })))).toEqual({ a: 2, b: 4, c: 2 });
  });

  it('makes rows up between neighbours of a class', async () => {
    const found = await rowsAfter(await balance({ method: 'smote', k: 2 }));
    expect(tally(found)).toEqual({ a: 6, b: 6, c: 6 });
    expect(found.ids.slice(0, 12)).toEqual(rows.ids);
    expect(found.ids.slice(12, 16)).toEqual(['r0+1', 'r6+1', 'r0+2', 'r6+2']);
    // Between (0, 0) and (6, 0), the two rows of "a".
    const [x, z] = [valuesOf(found, 'x'), valuesOf(found, 'z')] as [number[], number[]];
    for (let row = 12; row < 16; row += 1) {
      expect(x[row]).toBeGreaterThanOrEqual(0);
      expect(x[row]).toBeLessThan(6.0001);
      expect(z[row]).toBe(0);
    }
    expect(new Set(x.slice(12, 16)).size).toBe(4);
  });

  it('refuses what has no classes, one row to make rows of, and labels among features', async () => {
    await expect(balance({}, await write(rowsOf({ x: [1], y: [2] })))).rejects.toThrow('the target "y" is a number');
    await expect(balance({}, await write(rows, null))).rejects.toThrow('train has no target');
    const lone = await write(rowsOf({ x: [1, 2, 3], y: ['a', 'b', 'b'] }));
    await expect(balance({ method: 'smote' }, lone)).rejects.toThrow('"a" has 1 row');
    const texts = await write(rowsOf({ x: ['u', 'v', 'u'], y: ['a', 'b', 'b'] }));
    await expect(balance({ method: 'smote' }, texts)).rejects.toThrow('feature "x" is a category');
    const gaps = await write(rowsOf({ x: [1, null, 3, 4], y: ['a', 'a', 'b', 'b', 'b'].slice(0, 4) }));
    const more = { method: 'smote', shares: { a: 2, b: 1 } };
    await expect(balance(more, gaps)).rejects.toThrow('put an impute stage before');
  });
});
