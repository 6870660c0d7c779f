import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import { readTable } from '../../src/learn/data/table.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as split } from '../../stages/split/run.ts';
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
      'column "x": 1 row of the official test set without a value, and none of it is ever dropped (row 3 (r2))\nhint: fill them',
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
      'column "y": 2 rows whose value is no finite number: row 1 (r0) with "a", row 2 (r1) with "b"',
    );
  });

  it.each([
    [{ map: { z: { a: null } } }, 'params.map names "z"'],
    [{ types: { z: 'text' } }, 'params.types names "z"'],
    [{ missing: { z: 'drop' } }, 'params.missing names "z"'],
  ] as [JsonObject, string][])('refuses an unknown column: %j', async (params, message) => {
    await expect(cleanRows(rowsOf({ x: [1] }), params)).rejects.toThrow(message);
  });

  it('trims, replaces and changes the case of texts, each in the ledger', async () => {
    const rows = rowsOf({ x: [' Red ', 'red', '12 kg', null] });
    const outcome = await cleanRows(rows, {
      text: { x: { replace: [{ pattern: '^([0-9]+) kg$', with: '\\1' }], trim: true, case: 'lower' } },
    });
    expect(outcome.summary).toBe('4 examples (3 values changed)');
    expect(valuesOf(await rowsIn(outcome), 'x')).toEqual(['red', 'red', '12', null]);
    expect(await ledgerIn(outcome)).toEqual([
      'r0 | trim | x |  Red  | Red',
      'r0 | case | x | Red | red',
      'r2 | replace | x | 12 kg | 12',
    ]);
    const manifest = await readManifest(outcome.outs['examples'] as string);
    expect(manifest.columns[0]).toMatchObject({ categories: ['12', 'red'] });
  });

  it('takes the headers off an e-mail', async () => {
    const rows = rowsOf({ x: ['From: a\nTo: b\n\nHello\n\nYou', 'no headers'] });
    const outcome = await cleanRows(rows, { text: { x: { replace: [{ pattern: '(?s)^.*?\n\n', with: '' }] } } });
    // All matches are replaced, and ^ is the start of the text alone.
    expect(valuesOf(await rowsIn(outcome), 'x')).toEqual(['Hello\n\nYou', 'no headers']);
  });

  it.each([
    ['clip', [0, 5, 10, null], ['r0 | clip | x | -1 | 0', 'r2 | clip | x | 11.5 | 10']],
    ['null', [null, 5, null, null], ['r0 | range | x | -1 | ∅', 'r2 | range | x | 11.5 | ∅']],
    ['drop', [5, null], ['r0 | drop range | x | -1 | ∅', 'r2 | drop range | x | 11.5 | ∅']],
  ] as [string, (number | null)[], string[]][])('holds numbers to a range: %s', async (otherwise, left, told) => {
    const outcome = await cleanRows(rowsOf({ x: [-1, 5, 11.5, null] }), {
      range: { x: { min: 0, max: 10, else: otherwise } },
    });
    expect(valuesOf(await rowsIn(outcome), 'x')).toEqual(left);
    expect(await ledgerIn(outcome)).toEqual(told);
  });

  it.each([
    ['null', ['a', null, null], ['r1 | domain | x | z | ∅']],
    ['drop', ['a', null], ['r1 | drop domain | x | z | ∅']],
  ] as [string, (string | null)[], string[]][])('holds labels to a domain: %s', async (otherwise, left, told) => {
    const outcome = await cleanRows(rowsOf({ x: ['a', 'z', null] }), {
      domain: { x: { allowed: ['a', 'b'], else: otherwise } },
    });
    expect(valuesOf(await rowsIn(outcome), 'x')).toEqual(left);
    expect(await ledgerIn(outcome)).toEqual(told);
  });

  it('drops rows by conditions, told once, after all that changes values', async () => {
    const rows = rowsOf({ year: [1890, 1950, 1899, null], title: ['a', 'test', 'test b', 'c'] });
    const outcome = await cleanRows(rows, {
      map: { year: { 1899: 1999 } },
      rows: [
        { column: 'year', less_than: 1900, do: 'drop' },
        { column: 'title', matches: '^(test|a$)', do: 'drop' },
      ],
    });
    expect(outcome.summary).toBe('1 example (3 dropped by condition, 1 value changed)');
    expect(await ledgerIn(outcome)).toEqual([
      'r0 | drop row | year | 1890 | ∅',
      'r1 | drop row | title | test | ∅',
      'r2 | map | year | 1899 | 1999',
      'r2 | drop row | title | test b | ∅',
    ]);
  });

  it.each([
    ['report', ['r0', 'r1', 'r2', 'r3', 'r4'], '5 examples (4 with conflicting targets)'],
    ['drop', ['r2', 'r3'], '2 examples (3 with conflicting targets)'],
  ])('finds equal features with different targets: %s', async (conflicts, left, summary) => {
    const rows = rowsOf({ x: [1, 1, 2, 3, 3], y: ['a', 'b', 'a', 'a', 'b'] }, [
      'train',
      'train',
      'train',
      'test',
      'train',
    ]);
    const header = { ...headerFor(rows), target: 'y' };
    const outcome = await clean(await writeDataset(join(folder.path, `d${count++}`), rows, header), { conflicts });
    expect(outcome.summary).toBe(summary);
    expect((await rowsIn(outcome)).ids).toEqual(left);
    const rule = conflicts === 'drop' ? 'drop conflict' : 'conflict';
    expect(await ledgerIn(outcome)).toEqual([
      `r0 | ${rule} | y | a | r0`,
      `r1 | ${rule} | y | b | r0`,
      ...(conflicts === 'drop' ? [] : [`r3 | ${rule} | y | a | r3`]),
      `r4 | ${rule} | y | b | r3`,
    ]);
  });

  it('keeps dates to their bounds, a day as a whole', async () => {
    const rows = rowsOf({
      day: ['2011-12-31', '2012-01-01', '2012-06-30', null],
      at: ['2012-06-30T08:30:00', '2012-07-01T00:00:00', '2013-01-01T00:00:00', null],
    });
    const header = headerFor(rows);
    const columns = header.columns.map(({ name }) => ({ name, kind: 'date', dtype: 'string' }) as const);
    const dates = await writeDataset(join(folder.path, `d${count++}`), rows, { ...header, columns });
    const outcome = await clean(dates, {
      range: { day: { min: '2012-01-01', else: 'null' }, at: { max: '2012-07-01', else: 'drop' } },
      rows: [{ column: 'at', less_than: '2012-06-30T08:30:01', do: 'drop' }],
    });
    expect(await ledgerIn(outcome)).toEqual([
      'r0 | range | day | 2011-12-31 | ∅',
      'r0 | drop row | at | 2012-06-30T08:30:00 | ∅',
      'r2 | drop range | at | 2013-01-01T00:00:00 | ∅',
    ]);
    expect((await readManifest(outcome.outs['examples'] as string)).columns).toEqual(columns);
    await expect(
      clean(dates, {
        range: { day: { min: '2012-02-30', max: 2013, else: 'fail' }, at: { min: '2012-01-01', else: 'clip' } },
      }),
    ).rejects.toThrow(
      [
        'params.range: column "day" has dates, and "2012-02-30" is none as "2012-01-31" or "2012-01-31T08:30:00"',
        'params.range: column "day" has dates, and 2013 is none as "2012-01-31" or "2012-01-31T08:30:00"',
        'params.range: dates as in column "at" are not clipped; else is "null", "drop" or "fail"',
      ].join('\n'),
    );
    await expect(cleanRows(rowsOf({ x: [1] }), { range: { x: { min: '2012-01-01', else: 'null' } } })).rejects.toThrow(
      'params.range: column "x" has numbers, and "2012-01-01" is none',
    );
  });

  it('names files and their rows where it is told where rows came from', async () => {
    const place = join(folder.path, `s${count++}`);
    await mkdir(place);
    await writeFile(join(place, 'a.csv'), 'x,y\n1,a\n2,a\n');
    await writeFile(join(place, 'b.csv'), 'x,y\n3,a\n,a\n');
    const { outs } = await runStage(ingest, folder.path, { type: 'ingest', deps: { source: place } });
    const { examples, origins } = outs as Record<'examples' | 'origins', string>;
    const params = { missing: { x: 'fail' } };
    const told = runStage(run, folder.path, { type: 'clean', deps: { examples, origins }, params });
    await expect(told).rejects.toThrow(/and clean.missing says "fail" \(b\.csv: row 2 \([0-9a-f]{32}-0\)\)/);
    await expect(clean(examples, params)).rejects.toThrow(/says "fail" \(row 4 \([0-9a-f]{32}-0\)\)/);
    const other = runStage(run, folder.path, { type: 'clean', deps: { examples: penguins, origins }, params: {} });
    await expect(other).rejects.toThrow('dep origins tells of 4 rows, and dep examples has 344 rows');
  });

  it('tells all mistakes at once, with counts and rows', async () => {
    const rows = rowsOf({ x: ['1', 'b', null, 'c'], y: [1, 200, 300, null], z: ['p', 'q', 'q', 'q'] }, [
      'train',
      'test',
      'train',
      'train',
    ]);
    const params = {
      types: { x: 'number' },
      range: { y: { max: 100, else: 'fail' } },
      missing: { y: 'fail' },
      domain: { z: { allowed: ['p'], else: 'drop' } },
    };
    await expect(cleanRows(rows, params)).rejects.toThrow(
      [
        'column "x": 2 rows whose value is no finite number: row 2 (r1) with "b", row 4 (r3) with "c"',
        'column "y": 2 rows whose value is out of range: row 2 (r1) with "200", row 3 (r2) with "300"',
        'column "y": 1 row without a value, and clean.missing says "fail" (row 4 (r3))',
        'column "z": 1 row of the official test set that would go: its value is not among the allowed values, and none of it is ever dropped (row 2 (r1) with "q")',
      ].join('\n'),
    );
    await expect(
      cleanRows(rows, { range: { z: { min: 0, else: 'null' } }, rows: [{ column: 'w', equals: 1, do: 'drop' }] }),
    ).rejects.toThrow(
      'params.rows names "w", which is no column with values\nparams.range: column "z" is neither of numbers nor of dates, but a category',
    );
  });

  it('fails on conflicting targets where it is told to', async () => {
    const rows = rowsOf({ x: [1, 1, 1], y: ['a', 'b', 'a'] });
    const header = { ...headerFor(rows), target: 'y' };
    const examples = await writeDataset(join(folder.path, `d${count++}`), rows, header);
    await expect(clean(examples, { conflicts: 'fail' })).rejects.toThrow(
      '3 rows with equal features have different targets, in 1 set',
    );
    expect((await clean(examples, { conflicts: 'report', duplicates: 'drop' })).summary).toBe(
      '2 examples (1 duplicate, 2 with conflicting targets)',
    );
  });
});

const groupsIn = async ({ outs }: StageOutcome): Promise<string[]> => {
  const { columns, rows } = await readTable(outs['groups'] as string);
  const [ids, groups] = [columns.get('id')?.values ?? [], columns.get('group')?.values ?? []];
  return Array.from({ length: rows }, (_, row) => `${ids[row]} ${groups[row]}`);
};

describe('clean of near duplicates', () => {
  const long = 'the quick brown fox jumps over the lazy dog and runs away into the dark wood';
  const texts = rowsOf({ x: [`${long} at night`, 'something else', `${long} by day`, `${long} at dusk`] }, [
    'train',
    'train',
    'test',
    'test',
  ]);
  it.each([
    ['group', ['r0', 'r1', 'r2', 'r3'], '4 examples (1 group of near duplicates)', []],
    [
      'report',
      ['r0', 'r1', 'r2', 'r3'],
      '4 examples (1 group of near duplicates)',
      ['r0 | near | x | ∅ | r2', 'r3 | near | x | ∅ | r2'],
    ],
    [
      'drop',
      ['r1', 'r2', 'r3'],
      '3 examples (1 group of near duplicates, 1 dropped of them)',
      ['r0 | drop near | x | ∅ | r2'],
    ],
  ] as [string, string[], string, string[]][])(
    'finds texts that share most of their words: %s',
    async (action, left, summary, told) => {
      const outcome = await cleanRows(texts, { near: { column: 'x', threshold: 0.7, do: action } });
      expect(outcome.summary).toBe(summary);
      expect((await rowsIn(outcome)).ids).toEqual(left);
      expect(await groupsIn(outcome)).toEqual(['r0 r0', 'r2 r0', 'r3 r0']);
      expect(await ledgerIn(outcome)).toEqual(told);
    },
  );

  it('finds rows of penguins that are nearly equal, and hands their groups to split', async () => {
    const outcome = await clean(penguins, { near: { threshold: 0.2, do: 'group' } });
    const groups = await groupsIn(outcome);
    expect(groups.length).toBeGreaterThan(1);
    const parts = await runStage(split, folder.path, {
      type: 'split',
      deps: { examples: outcome.outs['examples'] as string, groups: outcome.outs['groups'] as string },
    });
    const { columns } = await readTable(parts.outs['assignment'] as string);
    const [ids, names] = [columns.get('id')?.values ?? [], columns.get('split')?.values ?? []];
    const splitOf = new Map(Array.from<unknown, [unknown, unknown]>(ids, (id, row) => [id, names[row]]));
    for (const line of groups) {
      const [id, group] = line.split(' ');
      expect(splitOf.get(id)).toBe(splitOf.get(group));
    }
  });

  it('refuses a column that cannot be compared', async () => {
    await expect(cleanRows(rowsOf({ x: [1] }), { near: { column: 'x', threshold: 0.9, do: 'drop' } })).rejects.toThrow(
      'params.near: column "x" cannot be compared: it is a number',
    );
  });
});
