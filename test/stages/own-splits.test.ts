import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run as clean } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as split } from '../../stages/split/run.ts';
import { readRows, valuesOf } from '../learn/data/rows.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

// Sources that come in splits of their own, as data sets are published.

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

/** A CSV file with the column x: these numbers. */
const numbers = (from: number, rows: number): string =>
  `x\n${Array.from({ length: rows }, (_, row) => `${from + row}\n`).join('')}`;

const write = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const source = join(folder.path, `s${count++}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), content);
  }
  return source;
};
const read = (source: string, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(ingest, folder.path, { type: 'ingest', deps: { source }, params });
const examplesIn = ({ outs }: StageOutcome): string => outs['examples'] as string;
const divide = (examples: string, params: JsonObject): Promise<StageOutcome> =>
  runStage(split, folder.path, { type: 'split', deps: { examples }, params });

/** The numbers of each split. */
const dividedInto = async ({ outs }: StageOutcome): Promise<Record<string, unknown[]>> => {
  const found: Record<string, unknown[]> = {};
  for (const name of ['train', 'validation', 'test']) {
    const { rows } = await readManifest(outs[name] as string);
    found[name] = rows === 0 ? [] : valuesOf(await readRows(outs[name] as string), 'x');
  }
  return found;
};

describe('a folder of tables named after splits', () => {
  it('is read with them, of which people are told, and split keeps the test set', async () => {
    const outcome = await read(await write({ 'test.csv': numbers(100, 3), 'train.csv': numbers(0, 10) }));
    expect(outcome.notices).toEqual([
      'by the names of its files the source is split itself: 10 rows of train, 3 rows of test; split keeps that where it is told "test": "official"',
    ]);
    const { official } = await readRows(examplesIn(outcome));
    expect(official).toEqual([...Array(3).fill('test'), ...Array(10).fill('train')]);
    const found = await dividedInto(await divide(examplesIn(outcome), { test: 'official', validation: 0.2 }));
    expect(found['test']).toEqual([100, 101, 102]);
    expect(found['validation']).toHaveLength(2);
    expect(found['train']).toHaveLength(8);
  });

  it('may have parts of each, in folders or not, and a validation set', async () => {
    const outcome = await read(
      await write({
        'train-00000-of-00002.csv': numbers(0, 2),
        'train-00001-of-00002.csv': numbers(2, 2),
        'validation/0.csv': numbers(10, 2),
        'test/0.csv': numbers(20, 1),
        'test/1.csv': numbers(21, 1),
      }),
    );
    const whole = await divide(examplesIn(outcome), { test: 'official', validation: 'official' });
    expect(await dividedInto(whole)).toEqual({ train: [0, 1, 2, 3], validation: [10, 11], test: [20, 21] });
    // Drawn from all that is not test.
    const drawn = await dividedInto(await divide(examplesIn(outcome), { test: 'official', validation: 0.5 }));
    expect(drawn['test']).toEqual([20, 21]);
    expect([...drawn['train']!, ...drawn['validation']!].toSorted()).toEqual([0, 1, 10, 11, 2, 3]);
  });

  it.each([
    ['a file of another name', { 'train.csv': numbers(0, 3), 'test.csv': numbers(9, 3), 'more.csv': numbers(20, 3) }],
    ['names that only begin so', { 'training.csv': numbers(0, 3), 'tests.csv': numbers(9, 3) }],
    ['no test set', { 'train.csv': numbers(0, 3), 'val.csv': numbers(9, 3) }],
  ])('is one table with %s', async (_, files) => {
    const outcome = await read(await write(files));
    expect(outcome.notices).toEqual([]);
    expect((await readManifest(examplesIn(outcome))).official).toBeUndefined();
    await expect(divide(examplesIn(outcome), { test: 'official' })).rejects.toThrow(
      'params.test is "official", and the source has no test set of its own',
    );
    await expect(divide(examplesIn(outcome), { test: 'official', validation: 'official' })).rejects.toThrow(
      'params.validation is "official", and the source has no splits of its own',
    );
  });

  it('gives the first rows of each split where only some are asked for', async () => {
    const source = await write({
      'test.csv': numbers(100, 5),
      'train_a.csv': numbers(0, 3),
      'train_b.csv': numbers(3, 3),
    });
    const rows = await readRows(examplesIn(await read(source, { subset: 4 })));
    expect(valuesOf(rows, 'x')).toEqual([100, 101, 102, 103, 0, 1, 2, 3]);
    expect(rows.official).toEqual([...Array(4).fill('test'), ...Array(4).fill('train')]);
  });

  it('never loses a row of test to clean: the copy in train goes', async () => {
    const outcome = await read(await write({ 'test.csv': numbers(4, 3), 'train.csv': numbers(0, 6) }));
    const cleaned = await runStage(clean, folder.path, {
      type: 'clean',
      deps: { examples: examplesIn(outcome) },
      params: { duplicates: 'drop' },
    });
    const found = await dividedInto(await divide(examplesIn(cleaned), { test: 'official', validation: 0 }));
    expect(found).toEqual({ train: [0, 1, 2, 3], validation: [], test: [4, 5, 6] });
  });
});

describe('official train, validation and test', () => {
  const source = () => write({ 'test.csv': numbers(20, 3), 'train.csv': numbers(0, 6), 'dev.csv': numbers(10, 3) });

  it('say where rows of the test set are also in another', async () => {
    const files = { 'test.csv': numbers(4, 3), 'train.csv': numbers(0, 6), 'val.csv': numbers(10, 2) };
    const examples = examplesIn(await read(await write(files)));
    const { summary } = await divide(examples, { test: 'official', validation: 'official' });
    expect(summary).toBe('6 train, 2 validation, 3 test (2 rows outside test also in it: see clean.duplicates)');
  });

  it.each([
    [{ validation: 'official' }, 'params.validation is "official", and params.test is not'],
    [{ test: 'official', validation: 'official', stratify: 'x' }, 'nothing is drawn'],
    [{ test: 'official', validation: 'official', method: 'hash' }, 'nothing is drawn'],
  ])('are refused with what contradicts them: %j', async (params, message) => {
    await expect(divide(examplesIn(await read(await source())), params)).rejects.toThrow(message);
  });

  it('are refused where there is no validation set', async () => {
    const examples = examplesIn(await read(await write({ 'test.csv': numbers(9, 3), 'train.csv': numbers(0, 6) })));
    await expect(divide(examples, { test: 'official', validation: 'official' })).rejects.toThrow(
      'validation would be empty: there are 9 rows to split, 6 in train, 3 in test',
    );
  });
});

describe('a folder of texts', () => {
  it('may have the folder validation beside train and test', async () => {
    const texts = { 'train/a/1.txt': 'one', 'train/b/2.txt': 'two', 'valid/a/3.txt': 'three', 'test/b/4.txt': 'four' };
    const rows = await readRows(examplesIn(await read(await write(texts), { format: 'texts' })));
    expect(rows.official).toEqual(['test', 'train', 'train', 'validation']);
    expect(valuesOf(rows, 'label')).toEqual(['b', 'a', 'b', 'a']);
  });
});
