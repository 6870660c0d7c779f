import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetWriter, loadExamples, readManifest } from '../../src/learn/data/dataset.ts';
import { type Rows, sliceRows } from '../../src/learn/data/rows.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/windows/run.ts';
import { headerFor, rowsOf, writeDataset } from '../learn/data/rows.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const place = (): string => join(folder.path, `d${count++}`);
const write = (rows: Rows, target = 'y') => writeDataset(place(), rows, headerFor(rows, target));
const cut = async (
  train: string,
  params: JsonObject,
  others: Readonly<Record<string, string>> = {},
): Promise<StageOutcome> => runStage(run, folder.path, { type: 'windows', deps: { train, ...others }, params });
/** Each window as [id, features, target]. */
const windowsOf = async ({ outs }: StageOutcome, split = 'train') => {
  const { ids, features, featureShape, target } = await loadExamples(outs[split]!);
  const size = featureShape[0]! * featureShape[1]!;
  return ids.map((id, at) => [id, [...features.subarray(at * size, (at + 1) * size)], target[at]]);
};
const days = (from: number, rows: number): Rows => {
  const x = Array.from({ length: rows }, (_, row) => from + row);
  return rowsOf({ x, y: x.map((value) => 10 * value) });
};

describe('windows', () => {
  it('have the features of their steps, past targets among them, and the target of a later row', async () => {
    const outcome = await cut(await write(days(1, 5)), { steps: 2, ahead: 2 });
    expect(await windowsOf(outcome)).toEqual([
      ['r3', [1, 10, 2, 20], 40],
      ['r4', [2, 20, 3, 30], 50],
    ]);
    const manifest = await readManifest(outcome.outs['train']!);
    expect(complaints('dataset', manifest)).toEqual([]);
    expect((await loadExamples(outcome.outs['train']!)).featureShape).toEqual([2, 2]);
    expect(outcome.summary).toBe('train: 5 rows → 2 windows (stays as it is: mae 20)');
    expect(outcome.metrics).toEqual({ train_persistence_mae: 20 });
  });

  it('begin a stride apart, without past targets where these are not wanted', async () => {
    const outcome = await cut(await write(days(1, 8)), { steps: 3, stride: 2, past_target: false });
    expect(await windowsOf(outcome)).toEqual([
      ['r3', [1, 2, 3], 40],
      ['r5', [3, 4, 5], 60],
      ['r7', [5, 6, 7], 80],
    ]);
  });

  it('ahead of nothing tell of their last row, whose target they do not have', async () => {
    const outcome = await cut(await write(days(1, 4)), { steps: 2, ahead: 0 });
    expect((await windowsOf(outcome))[0]).toEqual(['r1', [1, 2], 20]);
    expect(outcome.metrics).toEqual({});
  });

  it('are the same however the rows are cut into shards', async () => {
    const rows = days(1, 40);
    const whole = await windowsOf(await cut(await write(rows), { steps: 5, ahead: 3, stride: 2 }));
    const shards = place();
    const writer = await createDatasetWriter(shards, headerFor(rows, 'y'));
    for (const [from, to] of [
      [0, 2],
      [2, 3],
      [3, 19],
      [19, 40],
    ] as const) {
      await writer.append(sliceRows(rows, from, to));
      await writer.cut();
    }
    await writer.close();
    expect(await windowsOf(await cut(shards, { steps: 5, ahead: 3, stride: 2 }))).toEqual(whole);
    expect(whole).toHaveLength(17);
  });

  it('are cut within each split alone, and an empty one stays empty', async () => {
    const [train, validation] = [await write(days(1, 6)), await write(days(7, 4))];
    const test = place();
    await (await createDatasetWriter(test, headerFor(days(1, 1), 'y'))).close();
    const outcome = await cut(train, { steps: 3 }, { validation, test });
    expect((await windowsOf(outcome, 'validation')).map(([, features]) => features)).toEqual([[7, 70, 8, 80, 9, 90]]);
    expect((await readManifest(outcome.outs['test']!)).rows).toBe(0);
  });

  it('never reach from one series into another', async () => {
    const rows = rowsOf({ station: ['a', 'a', 'a', 'b', 'b', 'b'], x: [1, 2, 3, 4, 5, 6], y: [1, 2, 3, 4, 5, 6] });
    const outcome = await cut(await write(rows), { steps: 2, by: 'station', past_target: false });
    expect(await windowsOf(outcome)).toEqual([
      ['r2', [1, 2], 3],
      ['r5', [4, 5], 6],
    ]);
    expect(outcome.summary).toBe('train: 6 rows → 2 windows of 2 series (stays as it is: mae 1)');
  });

  it('of a scaled target tell of the naive forecast in its original unit', async () => {
    const rows = days(1, 6);
    const header = headerFor(rows, 'y');
    const scaling = { method: 'linear', center: 5, divisor: 3 } as const;
    const columns = header.columns.map((each) =>
      each.name === 'y' && each.kind === 'number' ? { ...each, scaling } : each,
    );
    const outcome = await cut(await writeDataset(place(), rows, { ...header, columns }), { steps: 2 });
    expect(outcome.metrics).toEqual({ train_persistence_mae: 30 });
    expect((await loadExamples(outcome.outs['train']!)).scaling).toEqual(scaling);
  });

  it('tell where time does not rise evenly', async () => {
    const rows = rowsOf({ day: ['2012-01-01', '2012-01-02', '2012-01-04', '2012-01-05'], y: [1, 2, 3, 4] });
    const header = headerFor(rows, 'y');
    const columns = header.columns.map((each) =>
      each.name === 'day' ? ({ name: 'day', kind: 'date', dtype: 'string' } as const) : each,
    );
    const outcome = await cut(await writeDataset(place(), rows, { ...header, columns }), { steps: 1, time: 'day' });
    expect(outcome.notices).toEqual(['train: "day" rises unevenly, in 1 of 3 steps: are rows missing?']);
    expect(await windowsOf(outcome)).toHaveLength(3);
  });
});

describe('what makes no windows is refused', () => {
  const twice = rowsOf({ station: ['a', 'b', 'a'], t: [1, 2, 3], y: [1, 2, 3] });
  it.each([
    [
      'a series in two places',
      twice,
      { steps: 1, by: 'station' },
      'the rows of "station" "a" do not stand together: row r2',
    ],
    [
      'time that falls',
      rowsOf({ t: [2, 1], y: [1, 2] }),
      { steps: 1, time: 't' },
      '"t" does not rise at row r1: 1 comes after 2',
    ],
    ['a label', twice, { steps: 1 }, 'feature "station" is a category, and a window is made of numbers'],
    ['a column that is not there', twice, { steps: 1, by: 'town' }, 'params.by names "town", which is no column'],
    ['a missing value', rowsOf({ x: [1, null, 3], y: [1, 2, 3] }), { steps: 1 }, 'train: "x" is missing in row r1'],
    ['too few rows', days(1, 3), { steps: 3 }, 'train has 3 rows, and no window: that takes 4 rows of a series'],
    ['no feature', rowsOf({ y: [1, 2] }), { steps: 1, past_target: false }, 'no column is left as a feature'],
  ])('%s', async (_, rows, params, message) => {
    await expect(cut(await write(rows), params)).rejects.toThrow(message);
  });
});

describe('windows that foretell several rows', () => {
  it('have a tensor of their targets, over the borders of shards, and the id of the last of them', async () => {
    const rows = days(1, 7);
    const folder = place();
    const writer = await createDatasetWriter(folder, headerFor(rows, 'y'));
    for (const part of [sliceRows(rows, 0, 4), sliceRows(rows, 4, 7)]) {
      await writer.append(part);
      await writer.cut();
    }
    await writer.close();
    const { outs, summary } = await cut(folder, { steps: 2, ahead: 2, foretell: 3 });
    const examples = await loadExamples(outs['train']!, { targets: 'any' });
    expect(examples.ids).toEqual(['r5', 'r6']);
    expect([...examples.features]).toEqual([1, 10, 2, 20, 2, 20, 3, 30]);
    expect([...examples.target]).toEqual([40, 50, 60, 50, 60, 70]);
    expect(examples.targets).toMatchObject([{ name: 'y', kind: 'numbers', width: 3, outputs: 3, shape: [3] }]);
    expect(complaints('dataset', await readManifest(outs['train']!))).toEqual([]);
    // From 20 to 40, 50 and 60: 20, 30 and 40 away.
    expect(summary).toBe('train: 7 rows → 2 windows (stays as it is: mae 30)');
  });

  it('refuses a target that is no number', async () => {
    const rows = rowsOf({ x: [1, 2, 3, 4, 5], y: ['a', 'b', 'a', 'b', 'a'] });
    await expect(cut(await write(rows), { steps: 1, foretell: 2 })).rejects.toThrow(/"y" is a category/);
  });
});
