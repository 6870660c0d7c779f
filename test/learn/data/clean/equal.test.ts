import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { equalRows } from '../../../../src/learn/data/clean/equal.ts';
import { dropPicked } from '../../../../src/learn/data/clean/picked.ts';
import { openDataset } from '../../../../src/learn/data/dataset.ts';
import { withConnection } from '../../../../src/learn/data/duckdb.ts';
import { rowsOf, writeDataset } from '../rows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'equal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const setsOf = async (
  name: string,
  values: Readonly<Record<string, readonly (number | string | null)[]>>,
  isIn = (_row: number): boolean => true,
): Promise<number[][]> => {
  const dataset = await openDataset(await writeDataset(join(folder, name), rowsOf(values)));
  const columns = dataset.manifest.columns.map((column) => ({ column }));
  const { sets, picked } = await equalRows(dataset, columns, { isIn, told: null });
  await dropPicked(picked);
  return sets;
};

it('takes missing values for equal ones, and both zeros, and nothing else', async () => {
  const n = [1, 0, null, -0, 1, null, 1e-300, 2];
  const label = ['a', 'b', null, 'b', 'a', null, 'b', 'a'];
  expect(await setsOf('values', { n, label })).toEqual([
    [0, 4],
    [1, 3],
    [2, 5],
  ]);
  expect(await setsOf('different', { n: [1, 2, 3], label: ['a', 'a', 'a'] })).toEqual([]);
});

it('does not take values of two columns for one', async () => {
  expect(await setsOf('columns', { a: ['x', 'xy', 'y', null], b: ['yz', 'z', null, 'y'] })).toEqual([]);
});

it('leaves rows out that do not count', async () => {
  const n = [5, 5, 5, 6, 6];
  expect(await setsOf('out', { n }, (row) => row !== 1 && row !== 3)).toEqual([[0, 2]]);
});

it('finds each of many, over several shards', async () => {
  const rows = 300_000;
  const n = Array.from({ length: rows }, (_, row) => (row % 1000 === 999 ? row - 500 : row));
  const sets = await setsOf('many', { n });
  expect(sets).toHaveLength(rows / 1000);
  expect(sets.every(([first, second, ...more]) => second! - first! === 500 && more.length === 0)).toBe(true);
});

it('puts aside the rows of all sets, and few others that are to be told of', async () => {
  const n = Array.from({ length: 100 }, (_, row) => (row === 70 ? 20 : row));
  const dataset = await openDataset(await writeDataset(join(folder, 'aside'), rowsOf({ n })));
  const columns = dataset.manifest.columns.map((column) => ({ column }));
  const aside = async (told: string | null) => {
    const { picked, ...found } = await equalRows(dataset, columns, { isIn: () => true, told });
    const rows = await withConnection((connection) =>
      connection.runAndReadAll(`SELECT file_row_number, n FROM ${picked} ORDER BY ALL`),
    );
    await dropPicked(picked);
    return { ...found, rows: rows.getRows() };
  };
  const equal = [
    [20, 20],
    [70, 20],
  ];
  const sets = [[20, 70]];
  expect(await aside(null)).toEqual({ sets, hasTold: false, rows: equal });
  expect(await aside('n > 97')).toEqual({ sets, hasTold: true, rows: [...equal, [98, 98], [99, 99]] });
  expect(await aside('n > 50')).toEqual({ sets, hasTold: false, rows: equal });
});
