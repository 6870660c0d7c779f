import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import { readFitted } from '../../src/learn/data/fitted/artifact.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import { readTable } from '../../src/learn/data/table.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/impute/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
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
const impute = (deps: Record<string, string>, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'impute', deps, params });
const read = ({ outs }: StageOutcome, name: string): Promise<Rows> => readRows(outs[name] as string);

const train = rowsOf({ x: [1, 2, null, 9], g: ['b', null, 'a', 'b'], y: [1, 2, 3, null] });
const test = rowsOf({ x: [null, 5, null], g: [null, 'c', 'a'], y: [null, 1, 2] });

describe('impute', () => {
  it('fills every split by what train says, and leaves the target alone', async () => {
    const outcome = await impute({ train: await write(train, 'y'), test: await write(test, 'y') });
    const [here, there] = [await read(outcome, 'train'), await read(outcome, 'test')];
    expect([valuesOf(here, 'x'), valuesOf(here, 'g'), valuesOf(here, 'y')]).toEqual([
      [1, 2, 2, 9],
      ['b', 'b', 'a', 'b'],
      [1, 2, 3, null],
    ]);
    expect([valuesOf(there, 'x'), valuesOf(there, 'g')]).toEqual([
      [2, 5, 2],
      ['b', 'c', 'a'],
    ]);
    expect(outcome.summary).toBe('2 features fitted on 4 examples (train: 2 values filled, test: 3 values filled)');
  });

  it('writes how often which value was put in, and what was fitted', async () => {
    const outcome = await impute({ train: await write(train, 'y'), test: await write(test, 'y') }, { method: 'mean' });
    const { columns } = await readTable(outcome.outs['ledger'] as string);
    const rows = ['split', 'column', 'method', 'value'].map((name) => [...(columns.get(name)?.values ?? [])]);
    expect(rows).toEqual([
      ['train', 'train', 'test', 'test'],
      ['x', 'g', 'x', 'g'],
      ['mean', 'most-frequent', 'mean', 'most-frequent'],
      ['4', 'b', '4', 'b'],
    ]);
    expect([...(columns.get('rows')?.values ?? [])]).toEqual([1, 1, 2, 1]);
    const fitted = await readFitted(outcome.outs['fitted'] as string);
    expect(complaints('fitted', fitted)).toEqual([]);
    expect(fitted.steps[0]).toMatchObject({ stage: 'impute', rows: 4, features: [{ value: 4, missing: 1 }, {}] });
  });

  it('says in a column where a value was missing, if asked to', async () => {
    const outcome = await impute(
      { train: await write(train, 'y'), test: await write(test, 'y') },
      { indicator: 'column' },
    );
    const manifest = await readManifest(outcome.outs['test'] as string);
    expect(manifest.columns.map(({ name }) => name)).toEqual(['x', 'x.missing', 'g', 'g.missing', 'y']);
    expect(valuesOf(await read(outcome, 'test'), 'x.missing')).toEqual([1, 0, 1]);
    expect(valuesOf(await read(outcome, 'train'), 'g.missing')).toEqual([0, 1, 0, 0]);
  });

  it('puts constants in, and makes a new label one of the category', async () => {
    const columns = { x: { value: -1 }, g: { value: 'none' } };
    const outcome = await impute({ train: await write(train, 'y') }, { columns });
    expect(valuesOf(await read(outcome, 'train'), 'x')).toEqual([1, 2, -1, 9]);
    expect((await readManifest(outcome.outs['train'] as string)).columns[1]).toMatchObject({
      categories: ['a', 'b', 'none'],
    });
  });

  it('is named by normalize where values are missing, and goes before it', async () => {
    const deps = { train: await write(train, 'y') };
    const run = (given: Record<string, string>) =>
      runStage(normalize, folder.path, { type: 'normalize', deps: given, params: {} });
    await expect(run(deps)).rejects.toThrow('put an impute stage before');
    const { outs } = await impute(deps);
    const normalized = await run({ train: outs['train'] as string, fitted: outs['fitted'] as string });
    const { steps } = await readFitted(normalized.outs['fitted'] as string);
    expect(steps.map(({ stage }) => stage)).toEqual(['impute', 'normalize']);
  });

  it('refuses a column without any value, a strange column, and a method that does not fit', async () => {
    const empty = await write({
      ...rowsOf({ g: ['a', 'b'] }),
      columns: new Map([
        ['x', { kind: 'number', values: Float64Array.of(Number.NaN, Number.NaN) }],
        ['g', { kind: 'label', values: ['a', 'b'] }],
      ]),
    });
    await expect(impute({ train: empty })).rejects.toThrow('train, column "x" has no value at all: there is no median');
    const filled = await impute({ train: empty }, { columns: { x: { value: 0 } } });
    expect(valuesOf(await read(filled, 'train'), 'x')).toEqual([0, 0]);
    const whole = await write(train, 'y');
    await expect(impute({ train: whole }, { columns: { q: 'mean' } })).rejects.toThrow('params.columns names "q"');
    await expect(impute({ train: whole }, { columns: { g: 'mean' } })).rejects.toThrow('"g" is a category');
    await expect(impute({ train: whole }, { columns: { x: { value: 'many' } } })).rejects.toThrow('"many" is none');
    const other = await write(rowsOf({ g: ['a'], y: [1] }), 'y');
    await expect(impute({ train: whole, test: other })).rejects.toThrow('test has no column "x"');
  });
});
