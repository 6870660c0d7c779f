import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import type { Rows } from '../../src/learn/data/rows.ts';
import { readTable } from '../../src/learn/data/table.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/clean/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { headerFor, readRows, rowsOf, valuesOf, writeDataset } from '../learn/data/rows.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

// Dates that are not written as ISO 8601 has them.

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const clean = (examples: string, params: JsonObject): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'clean', deps: { examples }, params });
const cleanRows = async (rows: Rows, params: JsonObject): Promise<StageOutcome> =>
  clean(await writeDataset(join(folder.path, `d${count++}`), rows, headerFor(rows)), params);
const column = async ({ outs }: StageOutcome, name = 'x') => {
  const { columns } = await readManifest(outs['examples'] as string);
  const kind = columns.find((each) => each.name === name)?.kind;
  return { kind, values: valuesOf(await readRows(outs['examples'] as string), name) };
};

describe('clean of dates', () => {
  it('reads those of 3,201 movies, which then keep to a range', async () => {
    const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/movies.json');
    const { outs } = await runStage(ingest, folder.path, { type: 'ingest', deps: { source }, params: {} });
    const outcome = await clean(outs['examples'] as string, {
      dates: { 'Release Date': ['%b %d %Y'] },
      range: { 'Release Date': { max: '2010-12-31', else: 'null' } },
    });
    const written = (JSON.parse(readFileSync(source, 'utf8')) as { 'Release Date': string }[]).map((movie) =>
      new Date(`${movie['Release Date']} UTC`).toISOString().slice(0, 10),
    );
    const { kind, values } = await column(outcome, 'Release Date');
    expect(kind).toBe('date');
    expect(values).toEqual(written.map((date) => (date > '2010-12-31' ? null : date)));
    expect(values.filter((date) => date === null)).toHaveLength(24);
    const ledger = await readTable(outcome.outs['ledger'] as string);
    expect(ledger.columns.get('before')?.values[0]).toBe('Jun 12 1998');
    expect(ledger.columns.get('after')?.values[0]).toBe('1998-06-12');
  });

  it('takes the first form that fits, days or times, and numbers', async () => {
    const rows = rowsOf({ x: ['31/01/2012', ' 2012-02-29', 'Mar 1 2012', null] });
    const forms = ['%d/%m/%Y', '%Y-%m-%d', '%b %d %Y'];
    expect(await column(await cleanRows(rows, { dates: { x: forms } }))).toEqual({
      kind: 'date',
      values: ['2012-01-31', '2012-02-29', '2012-03-01', null],
    });
    const { summary } = await cleanRows(rows, { dates: { x: forms } });
    expect(summary).toBe('4 examples (3 values changed)');
    const times = rowsOf({ x: ['01/02/2012 08:30 PM', '2012-02-01'] });
    expect((await column(await cleanRows(times, { dates: { x: ['%m/%d/%Y %I:%M %p', '%Y-%m-%d'] } }))).values).toEqual([
      '2012-01-02T20:30:00',
      '2012-02-01T00:00:00',
    ]);
    const numbers = rowsOf({ x: [20120131, null] });
    expect((await column(await cleanRows(numbers, { dates: { x: ['%Y%m%d'] } }))).values).toEqual(['2012-01-31', null]);
  });

  it('comes after map and text', async () => {
    const rows = rowsOf({ x: ['unknown', 'the 31.1.2012'] });
    const outcome = await cleanRows(rows, {
      map: { x: { unknown: null } },
      text: { x: { replace: [{ pattern: '^the ', with: '' }] } },
      dates: { x: ['%d.%m.%Y'] },
    });
    expect((await column(outcome)).values).toEqual([null, '2012-01-31']);
  });

  it('refuses what fits no form, days that are none among it, with rows', async () => {
    const rows = rowsOf({ x: ['31/01/2012', '31/02/2012', 'soon'] });
    await expect(cleanRows(rows, { dates: { x: ['%d/%m/%Y', '%Y'] } })).rejects.toThrow(
      'column "x": 2 rows whose value is no date as "%d/%m/%Y" or "%Y" says: row 2 (r1) with "31/02/2012", row 3 (r2) with "soon"\nhint: add the form that it has, or let clean.map make it missing',
    );
  });

  it.each([
    [['%Q'], 'params.dates."x": the form "%Q": '],
    [['%d %b'], 'params.dates."x": the form "%d %b": it has no year'],
    [['%Y-%m-%d %z'], 'a zone is not read'],
  ])('refuses forms that are none: %j', async (forms, message) => {
    await expect(cleanRows(rowsOf({ x: ['1'] }), { dates: { x: forms } })).rejects.toThrow(message);
  });

  it('refuses columns that it cannot be for', async () => {
    const rows = rowsOf({ x: ['1'] });
    await expect(cleanRows(rows, { dates: { x: ['%Y'] }, types: { x: 'text' } })).rejects.toThrow(
      'params.dates and params.types both say what "x" is to be',
    );
    await expect(cleanRows(rows, { dates: { z: ['%Y'] } })).rejects.toThrow('params.dates names "z"');
    const header = { ...headerFor(rows), columns: [{ name: 'x', kind: 'date', dtype: 'string' }] as const };
    const dates = await writeDataset(join(folder.path, `d${count++}`), rowsOf({ x: ['2012-01-31'] }), header);
    await expect(clean(dates, { dates: { x: ['%Y'] } })).rejects.toThrow('column "x" has dates already');
  });
});
