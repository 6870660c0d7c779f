import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import type { Official, Rows } from '../../src/learn/data/rows.ts';
import { readTable, writeTable } from '../../src/learn/data/table.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run } from '../../stages/split/run.ts';
import { digestsOf } from '../learn/data/folder.ts';
import { headerFor, readRows, rowsOf, valuesOf, writeDataset } from '../learn/data/rows.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let penguins: string;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
  const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/penguins.json');
  const raw = await runStage(ingest, folder.path, { type: 'ingest', deps: { source }, params: { target: 'Species' } });
  const cleaned = await runStage(clean, folder.path, {
    type: 'clean',
    deps: { examples: raw.outs['examples'] as string },
    params: { map: { Sex: { '.': null } }, missing: { default: 'drop' } },
  });
  penguins = cleaned.outs['examples'] as string;
});
afterAll(() => folder.remove());

const split = (examples: string, params: JsonObject, seed = 1337): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'split', deps: { examples }, params, seed });

const splitRows = async (rows: Rows, params: JsonObject, seed = 1337): Promise<StageOutcome> =>
  split(await writeDataset(join(folder.path, `d${count++}`), rows, headerFor(rows)), params, seed);

const idsIn = async ({ outs }: StageOutcome, name: string): Promise<readonly string[]> => {
  const { rows } = await readManifest(outs[name] as string);
  return rows === 0 ? [] : (await readRows(outs[name] as string)).ids;
};

/** The split of each row, by its id. */
const assignmentIn = async ({ outs }: StageOutcome): Promise<Map<unknown, unknown>> => {
  const { columns } = await readTable(outs['assignment'] as string);
  const [ids, splits] = [columns.get('id')?.values ?? [], columns.get('split')?.values ?? []];
  return new Map(Array.from<unknown, [unknown, unknown]>(ids, (id, row) => [id, splits[row]]));
};

describe('a class with one example', () => {
  it('is refused where each split is to have its share, and else lost nowhere', async () => {
    const rows = rowsOf({
      x: Array.from({ length: 41 }, (_, row) => row),
      y: Array.from({ length: 41 }, (_, row) => (row === 40 ? 'rare' : 'often')),
    });
    const shares = { test: 0.25, validation: 0.25 };
    await expect(splitRows(rows, { ...shares, stratify: 'y' })).rejects.toThrow(
      '"rare" has 1 row, and a stratified split into 3 needs as many at least\nhint: drop such rows in clean, or split without stratify',
    );
    const outcome = await splitRows(rows, shares);
    const places = await assignmentIn(outcome);
    expect(places.size).toBe(41);
    expect(await idsIn(outcome, String(places.get('r40')))).toContain('r40');
  });
});

describe('split of penguins', () => {
  it('gives each species the same shares, and totals that are exact', async () => {
    const outcome = await split(penguins, { test: 0.2, validation: 0.1, stratify: 'Species' });
    expect(outcome.summary).toBe('233 train, 33 validation, 67 test');
    const shares: Record<string, number[]> = {};
    for (const name of ['train', 'validation', 'test']) {
      const species = valuesOf(await readRows(outcome.outs[name] as string), 'Species');
      shares[name] = ['Adelie', 'Chinstrap', 'Gentoo'].map(
        (label) => species.filter((other) => other === label).length,
      );
    }
    // Of 146, 68 and 119: quotas of test are 29.4, 13.7 and 23.9; of validation 14.5, 6.7 and 11.8.
    expect(shares).toEqual({ train: [103, 47, 83], validation: [14, 7, 12], test: [29, 14, 24] });
  });

  it('puts every row into one split, keeps their order, and says who is where', async () => {
    const outcome = await split(penguins, { test: 0.2, validation: 0.1 });
    expect(outcome.summary).toBe('233 train, 33 validation, 67 test');
    const assignment = await assignmentIn(outcome);
    const { ids } = await readRows(penguins);
    expect([...assignment.keys()]).toEqual(ids);
    for (const name of ['train', 'validation', 'test']) {
      expect(await idsIn(outcome, name)).toEqual(ids.filter((id) => assignment.get(id) === name));
    }
  });

  it('is decided by the seed', async () => {
    const [first, again, other] = [await split(penguins, {}), await split(penguins, {}), await split(penguins, {}, 1)];
    expect(await digestsOf(join(first.outs['train'] as string, '..'))).toEqual(
      await digestsOf(join(again.outs['train'] as string, '..')),
    );
    expect(await idsIn(other, 'test')).not.toEqual(await idsIn(first, 'test'));
  });
});

describe('split', () => {
  const numbers = (length: number): number[] => Array.from({ length }, (_, row) => row);

  it('keeps the official test set whole and takes validation from the rest', async () => {
    const official = numbers(100).map((row): Official => (row % 4 === 0 ? 'test' : 'train'));
    const outcome = await splitRows(rowsOf({ x: numbers(100) }, official), { test: 'official', validation: 0.2 });
    expect(outcome.summary).toBe('60 train, 15 validation, 25 test');
    expect(await idsIn(outcome, 'test')).toEqual(numbers(25).map((row) => `r${4 * row}`));
    expect((await readManifest(outcome.outs['train'] as string)).official).toBeUndefined();
  });

  it('keeps equal rows together, whatever the seed is', async () => {
    const rows = rowsOf({ x: numbers(60).map((row) => row % 20) });
    for (let seed = 0; seed < 10; seed += 1) {
      const assignment = await assignmentIn(await splitRows(rows, { test: 0.3, validation: 0.3 }, seed));
      for (const row of numbers(20)) {
        expect(new Set([row, row + 20, row + 40].map((twin) => assignment.get(`r${twin}`))).size).toBe(1);
      }
    }
  });

  it('says where rows outside an official test set are also in it', async () => {
    const rows = rowsOf({ x: [1, 2, 3, 1, 1] }, ['train', 'train', 'train', 'train', 'test']);
    const outcome = await splitRows(rows, { test: 'official', validation: 0 });
    expect(outcome.summary).toBe(
      '4 train, 0 validation, 1 test (2 rows outside test also in it: see clean.duplicates)',
    );
  });

  it('does as a column says, and does not hand the column on', async () => {
    const rows = rowsOf({ x: [1, 2, 3, 4], part: ['test', 'train', 'validation', 'train'] });
    const outcome = await splitRows(rows, { fixed: 'part' });
    expect(outcome.summary).toBe('2 train, 1 validation, 1 test');
    expect(await idsIn(outcome, 'train')).toEqual(['r1', 'r3']);
    expect((await readManifest(outcome.outs['train'] as string)).columns.map(({ name }) => name)).toEqual(['x']);
  });

  it('writes splits without rows where none are asked for', async () => {
    const outcome = await splitRows(rowsOf({ x: [1, 2] }), { test: 0, validation: 0 });
    expect(outcome.summary).toBe('2 train, 0 validation, 0 test');
    expect(await readManifest(outcome.outs['test'] as string)).toMatchObject({ rows: 0, shards: [] });
  });

  const tableOf = async (columns: Readonly<Record<string, readonly string[]>>): Promise<string> => {
    const path = join(folder.path, `t${count++}.parquet`);
    await writeTable(
      path,
      Object.entries(columns).map(([name, values]) => ({ name, type: 'string', values })),
    );
    return path;
  };

  it('does as a table says, and refuses one that leaves rows out or puts one into two splits', async () => {
    const examples = await writeDataset(join(folder.path, `d${count++}`), rowsOf({ x: [1, 2, 3] }));
    const by = (splits: string): Promise<StageOutcome> =>
      runStage(run, folder.path, { type: 'split', deps: { examples, splits } });
    const whole = await by(await tableOf({ id: ['r2', 'r0', 'r1'], split: ['test', 'train', 'train'] }));
    expect(whole.summary).toBe('2 train, 0 validation, 1 test');
    expect(await idsIn(whole, 'test')).toEqual(['r2']);
    await expect(by(await tableOf({ id: ['r0', 'r0', 'r1'], split: ['train', 'test', 'dev'] }))).rejects.toThrow(
      'the dep splits: 1 row of the data set is not in it, 1 row in a split that is none, 1 row in two splits',
    );
    await expect(by(await tableOf({ id: ['r9'], split: ['train'] }))).rejects.toThrow('says nothing of any row');
    await expect(by(await tableOf({ id: ['r0'], part: ['train'] }))).rejects.toThrow('it needs "id" and "split"');
  });

  it('leaves rows in a gap out, and says where they are', async () => {
    const outcome = await splitRows(rowsOf({ x: numbers(50) }), { time: 'x', gap: 2, test: 0.2, validation: 0.2 });
    expect(outcome.summary).toBe('28 train, 8 validation, 10 test, 4 in gaps');
    const assignment = await assignmentIn(outcome);
    expect([...assignment].filter(([, name]) => name === 'gap').map(([id]) => id)).toEqual([
      'r28',
      'r29',
      'r38',
      'r39',
    ]);
  });

  const labels = rowsOf({ x: [1, 2, 3, 4, 5, 6], y: ['a', 'a', 'a', 'b', 'b', null] });
  it.each([
    [
      'too few rows of a label',
      rowsOf({ x: [1, 2, 3, 4, 5], y: ['a', 'a', 'a', 'b', 'b'] }),
      { stratify: 'y' },
      '"b" has 2 rows, and a stratified split into 3 needs as many at least',
    ],
    ['rows without a label', labels, { stratify: 'y' }, 'column "y": 1 row without a value'],
    [
      'an unknown column',
      labels,
      { stratify: 'z' },
      'a split by column "z" is not possible: there is no such column\nhint: columns of labels are "y"',
    ],
    [
      'a column of numbers',
      labels,
      { stratify: 'x' },
      'it is a number\nhint: columns of labels are "y"; "x" becomes one by params.types of ingest: { "x": "category" }',
    ],
    [
      'a column of numbers where none has labels',
      rowsOf({ x: [1, 2, 3, 4] }),
      { stratify: 'x' },
      'hint: there are no columns of labels; "x" becomes one by params.types of ingest: { "x": "category" }',
    ],
    ['a fixed split that is none', labels, { fixed: 'y' }, 'column "y": 1 row without a value'],
    [
      'a value that is no split',
      rowsOf({ y: ['train', 'dev'] }),
      { fixed: 'y' },
      'row r1, column "y": "dev" is no split',
    ],
    ['fixed beside fractions', labels, { fixed: 'y', test: 0.1 }, 'it does not go with test, validation or stratify'],
    ['an official test set that is not there', labels, { test: 'official' }, 'the source has no test set of its own'],
    ['fractions that leave nothing', labels, { test: 0.5, validation: 0.5 }, 'leave nothing for train'],
    [
      'a split that would be empty',
      rowsOf({ x: [1, 2, 3] }),
      { test: 0.1, validation: 0.3 },
      'test would be empty: there are 3 rows',
    ],
    [
      'a gap that swallows a split',
      rowsOf({ x: numbers(20) }),
      { time: 'x', gap: 2 },
      'validation (2 rows before the gap) would be empty: there are 20 rows with 20 times to split',
    ],
    ['a gap without a time', labels, { gap: 3 }, 'params.gap is what lies between splits in time'],
    [
      'a gap in days of numbers',
      labels,
      { time: 'x', gap: '3 days' },
      'params.gap "3 days" is no length of column "x"',
    ],
    ['no date', rowsOf({ d: ['2012-01-31', 'soon'] }), { time: 'd' }, 'the first is row r1 with "soon"'],
    ['rows without a group', rowsOf({ g: [1, null, null] }), { group: 'g' }, 'column "g": 2 rows without a value'],
    [
      'one group alone',
      rowsOf({ x: numbers(10), g: numbers(10).map(() => 1) }),
      { group: 'g' },
      'validation and test would be empty',
    ],
    ['shares of labels by hash', labels, { method: 'hash', stratify: 'y' }, 'it does not go with stratify'],
    ['a fixed split without train', rowsOf({ y: ['test', 'validation'] }), { fixed: 'y' }, 'train would be empty'],
  ] as [string, Rows, JsonObject, string][])('refuses %s', async (_, rows, params, message) => {
    await expect(splitRows(rows, params)).rejects.toThrow(message);
  });
});
