import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFitted } from '../../../../src/learn/data/fitted/artifact.ts';
import { type Columns, computeOutputs } from '../../../../src/learn/data/fitted/output.ts';
import { applyFitted } from '../../../../src/learn/data/fitted/serve.ts';
import { readsOf, wayOf } from '../../../../src/learn/data/fitted/way.ts';
import type { JsonObject } from '../../../../src/types/json.ts';
import { run as impute } from '../../../../stages/impute/run.ts';
import { run as ingest } from '../../../../stages/ingest/run.ts';
import { run as normalize } from '../../../../stages/normalize/run.ts';
import { run as outliers } from '../../../../stages/outliers/run.ts';
import { makeFolder, runStage } from '../../../stages/context.ts';
import { readRows } from '../rows.ts';

// Which columns rows must have: those that something comes of. Rows without the others become the same, to the bit.

let folder: Awaited<ReturnType<typeof makeFolder>>;
let examples: string;
beforeAll(async () => {
  folder = await makeFolder();
  const rows = Array.from(
    { length: 40 },
    (_, row) =>
    [(row * 7) % 11, row % 6 ? row / 3 : '', row % 7 ? (row * row) % 13 : '', row % 9 ? 'xyz'[row % 3] : '', `g${row % 5}`, `2012-01-${10 + (row % 19)}`, row % 2 ? 'no' : 'yes'].join(), // biome-ignore format: a row
  );
  await writeFile(join(folder.path, 'rows.csv'), ['a,b,c,kind,group,day,y', ...rows].join('\n'));
  const source = join(folder.path, 'rows.csv');
  ({ examples } = await stage('ingest', { source }, { target: 'y', types: { group: 'text' } }));
});
afterAll(() => folder.remove());

const stages = { ingest, impute, outliers, normalize };
const stage = async (type: keyof typeof stages, deps: Record<string, string>, params: JsonObject) =>
  (await runStage<never>(stages[type] as never, folder.path, { type, deps, params })).outs as Record<string, string> & { readonly examples: string }; // biome-ignore format: one line

type Step = readonly ['impute' | 'outliers' | 'normalize', JsonObject];

/** What the steps have made of the rows, and the way that they are served by. */
const learned = async (steps: readonly Step[]) => {
  let deps: Record<string, string> = { train: examples };
  for (const [type, params] of steps) {
    const { train, fitted } = await stage(type, deps, params);
    deps = { train: train!, fitted: fitted! };
  }
  const fitted = await readFitted(deps['fitted']!);
  return { fitted, way: wayOf(fitted), made: (await readRows(deps['train']!)).columns };
};

const dropping = (...names: readonly string[]): JsonObject =>
  Object.fromEntries([['group', 'drop'], ['day', 'drop'], ...names.map((name) => [name, 'drop'])]);

const ways: readonly [string, readonly Step[], readonly string[]][] = [
  ['filled, and dropped', [['impute', {}], ['normalize', { columns: dropping('b', 'kind') }]], ['a', 'c']],
  ['dropped, while a column that says where it was missing stays', [['impute', { indicator: 'column' }], ['normalize', { columns: dropping('b', 'kind') }]], ['a', 'b', 'c', 'kind']],
  ['dropped with the column that says where it was missing', [['impute', { indicator: 'column' }], ['normalize', { columns: dropping('b', 'b.missing') }]], ['a', 'c', 'kind']],
  ['one that others are filled by', [['impute', { method: 'knn' }], ['normalize', { columns: dropping('a', 'b') }]], ['a', 'b', 'c', 'kind']],
  ['filled by others that are dropped too', [['impute', { columns: { b: 'knn' } }], ['normalize', { columns: dropping('b', 'c') }]], ['a', 'kind']],
  ['bounded, and dropped', [['outliers', { action: 'winsorize' }], ['impute', {}], ['normalize', { columns: dropping('b') }]], ['a', 'c', 'kind']],
  ['flagged, and dropped', [['outliers', { action: 'flag' }], ['impute', {}], ['normalize', { columns: dropping('b') }]], ['a', 'b', 'c', 'kind']],
  ['one that rows are judged by', [['impute', {}], ['outliers', { method: 'isolation-forest', action: 'flag', trees: 5 }], ['normalize', { columns: dropping('b', 'kind') }]], ['a', 'b', 'c']],
  ['one that rows of train alone were judged by', [['impute', {}], ['outliers', { method: 'isolation-forest', action: 'drop', trees: 5 }], ['normalize', { columns: dropping('b', 'kind') }]], ['a', 'c']],
  ['a date of which there are parts', [['impute', {}], ['normalize', { columns: { group: 'drop', day: 'date', kind: 'drop' } }]], ['a', 'b', 'c', 'day']],
  ['scaled, and dropped by a second normalize', [['impute', {}], ['normalize', { method: 'standard', columns: dropping('kind') }], ['normalize', { columns: { b: 'drop' } }]], ['a', 'c']],
  ['scaled by the length of the row, and dropped then', [['impute', {}], ['normalize', { method: 'l2', columns: dropping('kind') }], ['normalize', { method: 'none', columns: { b: 'drop' } }]], ['a', 'b', 'c']],
]; // biome-ignore format: a line a way

describe('a column that is', () => {
  it.each(ways)('%s', { timeout: 60_000 }, async (_, steps, needed) => {
    const { fitted, way, made } = await learned(steps);
    expect(way.needed.map(({ name }) => name)).toEqual(needed);
    const given = (await readRows(examples)).columns;
    // Rows of train that are outliers have gone: those that are served have not.
    const isWhole = !steps.some(([, { action }]) => action === 'drop');
    const lacking = new Map([...given].filter(([name]) => needed.includes(name)));
    const { values, columns } = applyFitted(fitted, lacking);
    expect(columns.map(({ name }) => name)).toEqual([...made.keys()].filter((name) => name !== 'y'));
    const expected = isWhole ? made : applyFitted(fitted, given).values;
    for (const [name, { values: own }] of values) expect([name, own]).toEqual([name, expected.get(name)!.values]);
    for (const name of needed)
      expect(() => applyFitted(fitted, without(given, name))).toThrow(`the rows have no column "${name}"`);
  });
});

const without = (rows: Columns, name: string): Columns => new Map([...rows].filter(([other]) => other !== name));

/** Columns that say which of them were asked for. */
class Watched extends Map<string, never> {
  readonly asked = new Set<string>();
  override get(name: string): never | undefined {
    this.asked.add(name);
    return super.get(name);
  }
}

it('what is made says what it reads', { timeout: 120_000 }, async () => {
  const kinds = new Set<string>();
  const all: (readonly Step[])[] = [
    ...ways.map(([, steps]) => steps),
    [['impute', {}], ['outliers', { action: 'null' }], ['impute', {}], ['normalize', { method: 'quantile', columns: { group: 'bag', day: 'date', kind: 'ordinal' } }]],
    [['impute', {}], ['normalize', { method: 'log1p', columns: { group: { method: 'hashed-bag', buckets: 3 }, day: 'drop', kind: { method: 'hashed', buckets: 3 } } }]],
  ]; // biome-ignore format: a line a way
  for (const steps of all) {
    const { fitted, way } = await learned(steps);
    let values: Columns = (await readRows(examples)).columns;
    for (const transform of way.transforms) {
      for (const output of transform.outputs) {
        const watched = new Watched(values as never);
        computeOutputs({ ...transform, outputs: [output] }, watched as never);
        expect([output.column.name, [...watched.asked].sort()]).toEqual([output.column.name, [...new Set(readsOf(output))].sort()]); // biome-ignore format: one line
        kinds.add(output.way);
      }
      values = computeOutputs(transform, values);
    }
    expect(fitted.steps).toHaveLength(steps.length);
  }
  expect([...kinds].sort()).toEqual(['code', 'kept', 'sql', 'tensor']);
});
