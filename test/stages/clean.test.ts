import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import { readTable } from '../../src/learn/data/table.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { digestsOf } from '../learn/data/folder.ts';
import { headerFor, readRows, rowsOf, valuesOf, writeDataset } from '../learn/data/rows.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let penguins: string;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
  const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/penguins.json');
  const { outs } = await runStage(ingest, folder.path, {
    type: 'ingest',
    deps: { source },
    params: { target: 'Species' },
  });
  penguins = outs['examples'] as string;
});
afterAll(() => folder.remove());

const clean = (examples: string, params: JsonObject): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'clean', deps: { examples }, params });

const cleanRows = async (rows: Rows, params: JsonObject): Promise<StageOutcome> =>
  clean(await writeDataset(join(folder.path, `d${count++}`), rows, headerFor(rows)), params);

const rowsIn = ({ outs }: StageOutcome): Promise<Rows> => readRows(outs['examples'] as string);

/** The ledger as texts, a line for each touch. */
const ledgerIn = async ({ outs }: StageOutcome): Promise<string[]> => {
  const table = await readTable(outs['ledger'] as string);
  expect([...table.columns.keys()]).toEqual(['id', 'rule', 'column', 'before', 'after']);
  const columns = [...table.columns.values()].map(({ values }) => values);
  return Array.from({ length: table.rows }, (_, row) => columns.map((values) => values[row] ?? '∅').join(' | '));
};

describe('clean of penguins', () => {
  it('drops the 11 incomplete rows, one of which says "." for a sex, and tells each touch', async () => {
    const params = { map: { Sex: { '.': null } }, missing: { default: 'drop' }, duplicates: 'drop' };
    const outcome = await clean(penguins, params);
    expect(outcome.summary).toBe('333 examples (11 incomplete, 0 duplicates, 1 value changed)');
    const { ids } = await readRows(penguins);
    const ledger = await ledgerIn(outcome);
    expect(ledger).toHaveLength(12);
    expect(ledger.filter((line) => line.includes('| map |'))).toEqual([`${ids[336]} | map | Sex | . | ∅`]);
    expect(ledger.filter((line) => line.includes('| drop missing | Beak Length (mm)'))).toHaveLength(2);
    expect(ledger.filter((line) => line.includes('| drop missing | Sex'))).toHaveLength(9);
    const manifest = await readManifest(outcome.outs['examples'] as string);
    expect(manifest.columns.find(({ name }) => name === 'Sex')).toMatchObject({ categories: ['FEMALE', 'MALE'] });
    const species = valuesOf(await rowsIn(outcome), 'Species');
    expect(['Adelie', 'Chinstrap', 'Gentoo'].map((name) => species.filter((other) => other === name).length)).toEqual([
      146, 68, 119,
    ]);
  });

  it('fills and drops by column', async () => {
    const outcome = await clean(penguins, { missing: { Sex: { fill: 'unknown' }, 'Body Mass (g)': 'drop' } });
    expect(outcome.summary).toBe('342 examples (2 incomplete, 10 values changed)');
    expect(valuesOf(await rowsIn(outcome), 'Sex').filter((sex) => sex === 'unknown')).toHaveLength(8);
  });

  it('hands on the same bytes where no rule finds anything', async () => {
    const outcome = await clean(penguins, { duplicates: 'drop' });
    expect(outcome.summary).toBe('344 examples (0 duplicates)');
    expect(await digestsOf(outcome.outs['examples'] as string)).toEqual(await digestsOf(penguins));
    expect(await ledgerIn(outcome)).toEqual([]);
  });

  it('fails where the rule says so, with the count', async () => {
    await expect(clean(penguins, { missing: { default: 'fail' } })).rejects.toThrow(
      'column "Beak Length (mm)": 2 rows without a value, and clean.missing says "fail"',
    );
  });
});

describe('clean', () => {
  it('maps, then changes kinds', async () => {
    const rows = rowsOf({ x: ['1', '?', '2.5'], y: [1, 2, 1], z: ['b', 'a', 'c'] });
    const outcome = await cleanRows(rows, {
      map: { x: { '?': 0 }, z: { c: 'a' } },
      types: { x: 'number', y: 'category', z: 'text' },
    });
    const cleaned = await rowsIn(outcome);
    expect(valuesOf(cleaned, 'x')).toEqual([1, 0, 2.5]);
    expect(valuesOf(cleaned, 'y')).toEqual(['1', '2', '1']);
    expect(valuesOf(cleaned, 'z')).toEqual(['b', 'a', 'a']);
    expect((await readManifest(outcome.outs['examples'] as string)).columns).toEqual([
      { name: 'x', kind: 'number', dtype: 'float64' },
      { name: 'y', kind: 'category', dtype: 'string', categories: ['1', '2'] },
      { name: 'z', kind: 'text', dtype: 'string' },
    ]);
    expect(await ledgerIn(outcome)).toEqual(['r1 | map | x | ? | 0', 'r2 | map | z | c | a']);
  });

  it('keeps the first of equal rows, compared after the other rules', async () => {
    const rows = rowsOf({ x: [1, 2, 1, 1, 3], y: ['a', 'a', 'A', 'b', 'a'] });
    const outcome = await cleanRows(rows, { map: { y: { A: 'a' } }, duplicates: 'drop' });
    expect(outcome.summary).toBe('4 examples (1 duplicate, 1 value changed)');
    expect((await rowsIn(outcome)).ids).toEqual(['r0', 'r1', 'r3', 'r4']);
    expect(await ledgerIn(outcome)).toEqual(['r2 | map | y | A | a', 'r2 | drop duplicate | ∅ | ∅ | r0']);
  });

  it('never drops a row of the official test set: the copies in train go, wherever they stand', async () => {
    const rows = rowsOf({ x: [1, 2, 2, 1, 1, 3, 1] }, ['train', 'train', 'train', 'test', 'test', 'train', 'train']);
    const outcome = await cleanRows(rows, { duplicates: 'drop' });
    expect((await rowsIn(outcome)).ids).toEqual(['r1', 'r3', 'r4', 'r5']);
    expect((await rowsIn(outcome)).official).toEqual(['train', 'test', 'test', 'train']);
    expect(await ledgerIn(outcome)).toEqual([
      'r0 | drop duplicate | ∅ | ∅ | r3',
      'r2 | drop duplicate | ∅ | ∅ | r1',
      'r6 | drop duplicate | ∅ | ∅ | r3',
    ]);
  });

  it('refuses to drop an incomplete row of the official test set', async () => {
    const rows = rowsOf({ x: [1, null, null] }, ['train', 'train', 'test']);
    await expect(cleanRows(rows, { missing: { x: 'drop' } })).rejects.toThrow(
      'column "x": 1 row of the official test set without a value, and none of it is ever dropped (row r2)\nhint: fill them',
    );
    const filled = await cleanRows(rows, { missing: { x: { fill: 7 } } });
    expect(valuesOf(await rowsIn(filled), 'x')).toEqual([1, 7, 7]);
  });

  it('refuses what does not fit the kind of a column', async () => {
    const rows = rowsOf({ x: [1, null], y: ['a', 'b'] });
    await expect(cleanRows(rows, { missing: { x: { fill: 'many' } } })).rejects.toThrow(
      'params.missing fills column "x" of numbers with "many", which is no finite number',
    );
    await expect(cleanRows(rows, { types: { y: 'number' } })).rejects.toThrow(
      'column "y": 2 rows whose value is no finite number: row r0 with "a", row r1 with "b"',
    );
  });

  it.each([
    [{ map: { z: { a: null } } }, 'params.map names "z"'],
    [{ types: { z: 'text' } }, 'params.types names "z"'],
    [{ missing: { z: 'drop' } }, 'params.missing names "z"'],
  ] as [JsonObject, string][])('refuses an unknown column: %j', async (params, message) => {
    await expect(cleanRows(rowsOf({ x: [1] }), params)).rejects.toThrow(message);
  });
});
