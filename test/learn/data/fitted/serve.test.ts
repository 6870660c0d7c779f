import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/learn/data/dataset.ts';
import { readFitted } from '../../../../src/learn/data/fitted/artifact.ts';
import { applyFitted } from '../../../../src/learn/data/fitted/serve.ts';
import type { Rows } from '../../../../src/learn/data/rows.ts';
import type { JsonObject } from '../../../../src/types/json.ts';
import { run as clean } from '../../../../stages/clean/run.ts';
import { run as impute } from '../../../../stages/impute/run.ts';
import { run as ingest } from '../../../../stages/ingest/run.ts';
import { run as normalize } from '../../../../stages/normalize/run.ts';
import { run as outliers } from '../../../../stages/outliers/run.ts';
import { run as split } from '../../../../stages/split/run.ts';
import { makeFolder, runStage } from '../../../stages/context.ts';
import { readRows, valuesOf } from '../rows.ts';
import { complaints } from '../schemas.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const names = ['train', 'validation', 'test'] as const;
type Splits = Record<string, string>;

/** The splits of a file of vega-datasets, missing values and all. */
const splitsOf = async (file: string, target: string, params: JsonObject = {}): Promise<Splits> => {
  const source = join(import.meta.dirname, '../../../../node_modules/vega-datasets/data', file);
  const raw = await runStage(ingest, folder.path, { type: 'ingest', deps: { source }, params: { target } });
  const examples = raw.outs['examples'] as string;
  const cleaned = await runStage(clean, folder.path, { type: 'clean', deps: { examples }, params });
  const { outs } = await runStage(split, folder.path, {
    ...{ type: 'split', deps: { examples: cleaned.outs['examples'] as string } },
    params: {},
  });
  return Object.fromEntries(names.map((name) => [name, outs[name] as string]));
};

const stages = { impute, outliers, normalize };
type StageName = keyof typeof stages;

/** Runs fitted stages one after the other; returns the last one's outs. */
const chain = async (splits: Splits, ...steps: readonly (readonly [StageName, JsonObject])[]): Promise<Splits> => {
  let deps = splits;
  for (const [type, params] of steps) {
    const { outs } = await runStage<never>(stages[type] as never, folder.path, { type, deps, params });
    deps = Object.fromEntries([...names, 'fitted'].map((name) => [name, outs[name] as string]));
  }
  return deps;
};

/** Each row of each split, served from its raw values, has the very bits that the stages gave it. */
const expectServed = async (raw: Splits, made: Splits, only: readonly string[] = names): Promise<Rows> => {
  const fitted = await readFitted(made['fitted'] as string);
  expect(complaints('fitted', JSON.parse(await readFile(made['fitted'] as string, 'utf8')))).toEqual([]);
  let last: Rows | undefined;
  for (const name of only) {
    const served = applyFitted(fitted, (await readRows(raw[name] as string)).columns);
    const stored = await readRows(made[name] as string);
    const { columns } = await readManifest(made[name] as string);
    expect(served.columns).toEqual(columns.filter((column) => column.name !== fitted.target));
    for (const { name: column } of served.columns) {
      const [here, there] = [served.values.get(column), stored.columns.get(column)];
      expect(here?.kind).toBe(there?.kind);
      const values = here?.values as ArrayLike<unknown>;
      const wrong = Array.from(there?.values as ArrayLike<unknown>).findIndex(
        (value, at) => !Object.is(value, values[at]),
      );
      expect({ name, column, wrong }).toEqual({ name, column, wrong: -1 });
    }
    last = stored;
  }
  return last as Rows;
};

it('a label that train did not have is zeros when it is served, and counted', async () => {
  const splits = await splitsOf('penguins.json', 'Species', { missing: { default: 'drop' } });
  const fitted = await readFitted((await chain(splits, ['normalize', {}]))['fitted'] as string);
  const { columns } = await readRows(splits['test'] as string);
  const islands = valuesOf(await readRows(splits['test'] as string), 'Island').map((_, row) =>
    row === 0 ? 'Mars' : 'Dream',
  );
  const served = applyFitted(fitted, new Map([...columns, ['Island', { kind: 'label', values: islands }]]));
  expect([...served.unknown]).toEqual([['Island', 1]]);
  const names = served.columns.map(({ name }) => name).filter((name) => name.startsWith('Island='));
  expect(names).toEqual(['Island=Biscoe', 'Island=Dream', 'Island=Torgersen']);
  const firstOf = (row: number) => names.map((name) => (served.values.get(name)!.values as ArrayLike<number>)[row]);
  expect([firstOf(0), firstOf(1)]).toEqual([
    [0, 0, 0],
    [0, 1, 0],
  ]);
});

describe('applyFitted', () => {
  it('leaves out a column that is dropped, gaps, labels that train has not, and all', async () => {
    const keep = { missing: { default: 'drop', Sex: 'keep' } };
    const raw = await splitsOf('penguins.json', 'Species', { map: { Sex: { '.': null } }, ...keep });
    const made = await chain(raw, [
      'normalize',
      { columns: { Sex: 'drop', Island: 'ordinal', 'Body Mass (g)': 'drop' } },
    ]);
    expect(valuesOf(await readRows(raw['train']!), 'Sex')).toContain(null);
    const stored = await expectServed(raw, made);
    expect([...stored.columns.keys()].filter((name) => /Sex|Mass/.test(name))).toEqual([]);
    const fitted = await readFitted(made['fitted'] as string);
    const sexes = { kind: 'label', values: stored.ids.map(() => 'unheard of') } as const;
    const { columns } = await readRows(raw['test'] as string);
    expect([...applyFitted(fitted, new Map([...columns, ['Sex', sexes]])).unknown]).toEqual([]);
  });

  it('serves penguins as the stages made them: empty, impute, indicate, one-hot, scale', async () => {
    const raw = await splitsOf('penguins.json', 'Species', { map: { Sex: { '.': null } } });
    const made = await chain(
      raw,
      ['outliers', { action: 'null', threshold: 1 }],
      ['impute', { method: 'knn', indicator: 'column' }],
      ['normalize', { method: 'standard', columns: { 'Body Mass (g)': 'robust', Sex: { method: 'ordinal' } } }],
    );
    await expectServed(raw, made);
  }, 120_000);

  it.each(['isolation-forest', 'knn'])(
    'serves penguins as the stages made them: rows flagged by %s',
    async (method) => {
      const raw = await splitsOf('penguins.json', 'Species', { map: { Sex: { '.': null } } });
      const made = await chain(
        raw,
        ['impute', { method: 'median' }],
        ['outliers', { method, action: 'flag', contamination: 0.1 }],
        ['normalize', { method: 'standard', columns: { outlier: 'none' } }],
      );
      const flags = await Promise.all(
        names.map(async (name) => valuesOf(await readRows(made[name] as string), 'outlier')),
      );
      expect(new Set(flags.flat())).toEqual(new Set([0, 1]));
      await expectServed(raw, made);
    },
    120_000,
  );

  it.each([
    ['log1p', 'mean'],
    ['quantile', 'median'],
    ['l2', 'most-frequent'],
    ['min-max', 'mean'],
  ])(
    'serves cars as the stages made them: winsorize, %s, dates, hashed names',
    async (method, filling) => {
      const raw = await splitsOf('cars.json', 'Miles_per_Gallon', { missing: { Miles_per_Gallon: 'drop' } });
      const made = await chain(
        raw,
        ['impute', { method: filling }],
        ['outliers', { action: 'winsorize' }],
        [
          'normalize',
          {
            method,
            target: 'standard',
            columns: {
              Year: { method: 'date', parts: ['year', 'month', 'day', 'weekday', 'hour', 'season'] },
              Origin: { method: 'hashed', buckets: 5 },
              Name: { method: 'tf-idf', max_words: 50 },
            },
          },
        ],
      );
      await expectServed(raw, made);
    },
    120_000,
  );

  it('serves words, and flags', async () => {
    const raw = await splitsOf('cars.json', 'Origin');
    const made = await chain(
      raw,
      ['outliers', { method: 'mad', action: 'flag' }],
      ['impute', {}],
      ['normalize', { method: 'none', columns: { Year: 'date', Name: { method: 'tokens', length: 4, min_rows: 2 } } }],
    );
    const rows = await expectServed(raw, made);
    expect(rows.columns.get('Name')).toMatchObject({ kind: 'tensor', shape: [4] });
  }, 120_000);
});
