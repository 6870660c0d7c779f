import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset, readManifest } from '../../src/learn/data/dataset.ts';
import { firstRow, withConnection } from '../../src/learn/data/duckdb.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/ingest/run.ts';
import { digestsOf } from '../learn/data/folder.ts';
import { readRows, valuesOf } from '../learn/data/rows.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const write = async (name: string, content: string | Uint8Array): Promise<string> => {
  const place = join(folder.path, `c${count++}`);
  await mkdir(place);
  await writeFile(join(place, name), content);
  return join(place, name);
};
const ingest = (source: string, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'ingest', deps: { source }, params });
const examplesIn = ({ outs }: StageOutcome): string => outs['examples'] as string;

/** What a column of these cells becomes. */
const column = async (cells: readonly string[], params: JsonObject = {}) => {
  const outcome = await ingest(
    await write('t.csv', `k,x\n${cells.map((cell, row) => `r${row},"${cell}"\n`).join('')}`),
    params,
  );
  const [, found] = (await readManifest(examplesIn(outcome))).columns;
  return { kind: found?.kind, values: valuesOf(await readRows(examplesIn(outcome)), 'x'), notices: outcome.notices };
};

describe('a column of numbers', () => {
  it('has decimals, with white space around them', async () => {
    const { kind, values } = await column(['1', ' +2.5 ', '-.5', '3.', '1e3', '\t4', 'NA', ' NA ', '', '0', '-0.5']);
    expect(kind).toBe('number');
    expect(values).toEqual([1, 2.5, -0.5, 3, 1000, 4, null, null, null, 0, -0.5]);
  });

  it.each(['1_000', '+-1', '0x1F', '1,5', '1e', '.', '\u00a01', '１', 'true'])(
    'has none that reads %j',
    async (cell) => {
      expect(await column(['1', '2', cell])).toMatchObject({ kind: 'text', values: ['1', '2', cell] });
    },
  );

  it('is one by all of its cells, however late another comes', async () => {
    const cells = Array.from({ length: 9_000 }, (_, row) => (row === 8_999 ? 'x' : String(row)));
    expect((await column(cells)).kind).toBe('text');
    const late = Array.from({ length: 9_000 }, (_, row) => (row === 8_999 ? '5' : ''));
    expect(await column(late)).toMatchObject({ kind: 'number' });
    const text = Array.from({ length: 9_000 }, (_, row) => (row === 8_999 ? 'x' : ''));
    expect(await column(text)).toMatchObject({ kind: 'text' });
  });

  it.each(['0012', '-01', '+00', ' 07', '9007199254740993', '-9007199254740993', `1${'0'.repeat(39)}`])(
    'has none that it would not keep: %j stays as it is, and people are told',
    async (cell) => {
      const { kind, values, notices } = await column(['1', '2', cell]);
      expect({ kind, values }).toEqual({ kind: 'text', values: ['1', '2', cell] });
      expect(notices).toEqual([expect.stringContaining(`t.csv: row 3: "${cell}" would not be kept (1 such cell)`)]);
      await expect(column(['1', cell], { types: { x: 'number' } })).rejects.toThrow(
        `t.csv: row 2, column "x": "${cell}" would not be kept as a number, and params.types asks for one`,
      );
    },
  );

  it('has whole numbers that are doubles, however long, and decimals by the nearest', async () => {
    const { values, notices } = await column([
      '9007199254740992',
      '10000000000000000',
      '0.12345678901234567890',
      '1e30',
    ]);
    expect(values).toEqual([9007199254740992, 1e16, 0.12345678901234568, 1e30]);
    expect(notices).toEqual([]);
  });

  it('tells of zeros that come late, and not of a column that has words, too', async () => {
    const late = Array.from({ length: 9_000 }, (_, row) => (row === 8_999 ? '0012' : String(row)));
    expect(await column(late)).toMatchObject({ kind: 'text', notices: [expect.stringContaining('row 9000: "0012"')] });
    expect(await column(['0012', 'x'])).toMatchObject({ kind: 'text', notices: [] });
    const codes = await column(Array.from({ length: 20 }, (_, row) => `0${row % 2}`));
    expect(codes).toMatchObject({ kind: 'category', notices: [expect.stringContaining('20 such cells')] });
  });

  /** Of plain files DuckDB reads numbers itself, of compressed ones we make them of texts: 5,000 first cells of each decide nothing. */
  it.each([
    [' +2.5 ', '-.5', '3.', '1e3', '\t4', '-0', '', 'NA', '""', '0.1000000000000000055511151231257827', '1e-400'],
    [' NA '],
    [' '],
    ['1_000'],
    ['+-1'],
    ['0x1F'],
    ['1 2'],
    ['x'],
  ])(
    // biome-ignore format: a row a case
    'are the same read as numbers and as texts, where the last are %j',
    async (...cells) => {
      const first = Array.from({ length: 5_000 }, (_, row) => String(row / 8));
      const text = `x_y,k\n${[...first, ...cells].map((cell, row) => `${cell},r${row}\n`).join('')}`;
      const [plain, packed] = [await write('t.csv', text), await write('t.csv.gz', gzipSync(text))];
      const outs = await Promise.all([plain, packed].map((source) => ingest(source)));
      const [read, made] = await Promise.all(outs.map((outcome) => digestsOf(examplesIn(outcome))));
      expect(read).toEqual(made);
    },
  );

  it('are refused in the same words where one is infinite', async () => {
    const text = `x\n${Array.from({ length: 5_000 }, (_, row) => `${row}\n`).join('')}1e400\n`;
    for (const source of [await write('t.csv', text), await write('t.csv.gz', gzipSync(text))])
      await expect(ingest(source)).rejects.toThrow(/: row 5001, column "x": "1e400" is no finite number\n/);
  });

  it('that a few cells keep from being one is told of, with these cells', async () => {
    const cells = Array.from({ length: 100 }, (_, row) => (row % 50 === 7 ? '?' : row === 99 ? 'n/a' : String(row)));
    const { kind, notices } = await column(cells);
    expect(kind).toBe('text');
    expect(notices).toEqual([
      'column "x" is not one of numbers: 97 of 100 cells are, and not "?" (2), "n/a" (1); what means that a value is missing belongs in params.missing, and of others clean can make numbers (params.map, params.types); if it is right so, say it in params.types',
    ]);
    expect(await column(cells, { missing: ['?', 'n/a'] })).toMatchObject({ kind: 'number', notices: [] });
    expect(await column(cells, { types: { x: 'category' } })).toMatchObject({ kind: 'category', notices: [] });
    // So is a target, which would be one of classes.
    expect((await column(cells, { target: 'x' })).notices).toHaveLength(1);
    const late = Array.from({ length: 9_000 }, (_, row) => (row === 8_999 ? 'x'.repeat(50) : String(row)));
    expect((await column(late)).notices).toEqual([expect.stringContaining(`and not "${'x'.repeat(40)}…" (1)`)]);
    const many = Array.from({ length: 100 }, (_, row) => (row < 8 ? `x${row}` : String(row)));
    expect((await column(many)).notices).toEqual([expect.stringContaining('"x2" (1) and 5 others')]);
  });

  it('is not looked for where one cell in ten is something else, or there are few', async () => {
    const often = Array.from({ length: 100 }, (_, row) => (row % 9 === 0 ? `x${row}` : String(row)));
    expect((await column(often)).notices).toEqual([]);
    expect((await column(['1', '2', '3', '4', '5', '6', '7', '8', '9', 'x'])).notices).toEqual([]);
  });

  it('may have one that means that the value is missing', async () => {
    const { values } = await column(['1', '-999', ' -999', '2'], { missing: ['-999'] });
    expect(values).toEqual([1, null, null, 2]);
  });
});

describe('a column of dates', () => {
  it('has days, or days with times, each in one form', async () => {
    expect(await column(['2012-01-31', ' 2012-02-29', ''])).toMatchObject({
      kind: 'date',
      values: ['2012-01-31', '2012-02-29', null],
    });
    expect(await column(['2012-01-31', '2012-01-31 08:30', '2012-01-31T08:30:01.25Z'])).toMatchObject({
      kind: 'date',
      values: ['2012-01-31T00:00:00', '2012-01-31T08:30:00', '2012-01-31T08:30:01.250000'],
    });
  });

  it.each(['2012-02-30', '2012/01/01', 'Jun 12 1998', '2012-1-1', 'epoch', '2012-01-01T10:00:00+02:00'])(
    'has none that reads %j',
    async (cell) => {
      expect((await column(['2012-01-01', cell])).kind).toBe('text');
    },
  );

  it('that a few cells keep from being one is told of', async () => {
    const cells = Array.from({ length: 30 }, (_, row) =>
      row === 20 ? 'unknown' : `2012-01-${String(row + 1).padStart(2, '0')}`,
    );
    const { kind, notices } = await column(cells);
    expect(kind).toBe('text');
    expect(notices).toEqual([
      'column "x" is not one of dates: 29 of 30 cells are, and not "unknown" (1); what means that a value is missing belongs in params.missing; if it is right so, say it in params.types',
    ]);
    expect(await column(cells, { missing: ['unknown'] })).toMatchObject({ kind: 'date', notices: [] });
  });

  it('may be asked for, or be categories instead', async () => {
    await expect(column(['2012-01-01', '2012-02-30'], { types: { x: 'date' } })).rejects.toThrow(
      't.csv: row 2, column "x": "2012-02-30" is no date as ISO 8601 writes it, and params.types asks for one',
    );
    expect((await column(['2012-01-01'], { types: { x: 'category' } })).kind).toBe('category');
    expect((await column(['2012-01-01'], { target: 'x' })).kind).toBe('category');
  });
});

describe('other cells', () => {
  it('keep every character, NUL among them', async () => {
    expect(await column(['a\u0000b', 'ü✓𝄞', 'a\nb'])).toMatchObject({
      kind: 'text',
      values: ['a\u0000b', 'ü✓𝄞', 'a\nb'],
    });
  });

  it('may all be missing: people are told', async () => {
    const { kind, notices } = await column(['', 'NA', ' ']);
    expect(kind).toBe('text');
    expect(notices).toEqual(['no row has a value in "x": leave such columns out in params.columns']);
  });

  it('may be of a class that has one example', async () => {
    expect(await column(['a', 'a', 'b'], { target: 'x' })).toMatchObject({ kind: 'category' });
  });
});

describe('a table', () => {
  it('of more columns than DuckDB can hold is refused at once', async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `c${index}`);
    const source = await write('wide.csv', `${names.join(',')}\n${names.map(() => '1').join(',')}\n`);
    await expect(ingest(source)).rejects.toThrow('wide.csv has 100000 columns, and a table may have');
    const object = Object.fromEntries(names.map((name) => [name, 1]));
    await expect(ingest(await write('wide.json', JSON.stringify([object])))).rejects.toThrow(
      'wide.json has 100000 columns, and a table may have',
    );
  });

  it('of many columns is read without the search for equal expressions, which takes minutes for thousands', async () => {
    await withConnection(async (connection) => void (await connection.run(`SET GLOBAL disabled_optimizers = ''`)));
    const names = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const rows = [names.map((_, at) => String(at)), names.map((_, at) => (at === 299 ? '007' : String(at + 1)))];
    const outcome = await ingest(await write('wide.csv', [names, ...rows].map((row) => `${row.join(',')}\n`).join('')));
    const read = await readRows(examplesIn(outcome));
    expect(names.slice(0, 299).map((name) => valuesOf(read, name))).toEqual(
      names.slice(0, 299).map((_, at) => [at, at + 1]),
    );
    expect(valuesOf(read, 'c299')).toEqual(['299', '007']);
    const [off] = await withConnection((connection) =>
      firstRow(connection, `SELECT current_setting('disabled_optimizers')`),
    );
    expect(off).toBe('common_subexpressions');
  });

  it('without a header gets its names from the params', async () => {
    const outcome = await ingest(await write('t.csv', '1,a\n2,b\n'), { names: ['n', 't'] });
    expect(valuesOf(await readRows(examplesIn(outcome)), 'n')).toEqual([1, 2]);
    await expect(ingest(await write('t.csv', '1,a\n'), { names: ['n'] })).rejects.toThrow(
      'params.names has 1 names, and the first line of t.csv has 2 fields',
    );
  });

  const many = (rows: number) =>
    `x,t,n\n${Array.from({ length: rows }, (_, row) => `${row / 8},text ${row % 70_000},${row % 3 === 0 ? 'NA' : row % 1_000}\n`).join('')}`;

  it('has the same bytes with 1 thread and with 2, over several shards', async () => {
    const source = await write('t.csv', many(60_000));
    const digests: unknown[] = [];
    for (const threads of [1, 2]) {
      await withConnection(async (connection) => void (await connection.run(`SET threads = ${threads}`)));
      digests.push(await digestsOf(join(examplesIn(await ingest(source)), '..')));
    }
    expect(digests[0]).toEqual(digests[1]);
  });

  it('numbers equal rows over its shards, and one row more touches the last shard alone', async () => {
    const text = `x,t\n${Array.from({ length: 140_000 }, (_, row) => `${row % 2 === 0 ? 1 : row},text ${row % 2 === 0 ? 0 : row}\n`).join('')}`;
    const outcome = await ingest(await write('t.csv', text));
    const { manifest } = await openDataset(examplesIn(outcome));
    expect(manifest.shards.length).toBeGreaterThan(1);
    const { ids } = await readRows(examplesIn(outcome));
    const equal = ids.filter((_, row) => row % 2 === 0);
    expect(equal.map((id) => Number(id.split('-')[1]))).toEqual(
      Array.from({ length: 70_000 }, (_, ordinal) => ordinal),
    );
    expect(new Set(ids).size).toBe(140_000);
    const more = await digestsOf(join(examplesIn(await ingest(await write('t.csv', `${text}7,x\n`))), 'shards'));
    const before = await digestsOf(join(examplesIn(outcome), 'shards'));
    const changed = Object.keys(more).filter((file) => more[file] !== before[file]);
    expect(changed).toEqual([Object.keys(more).sort().at(-1)]);
  });

  it('has ids that neither the order of its columns nor their names decide', async () => {
    const idsOf = async (text: string) => (await readRows(examplesIn(await ingest(await write('t.csv', text))))).ids;
    const ids = await idsOf('a,b\n1,x\n2.0,y\n');
    expect(await idsOf('b,a\nx,1.0\ny,2\n')).toEqual(ids);
    expect(await idsOf('a,c\n1,x\n2,y\n')).toEqual(ids);
    expect(await idsOf('a,b\n1,x\n2.5,y\n')).toEqual([ids[0], expect.not.stringMatching(ids[1] as string)]);
  });
});
