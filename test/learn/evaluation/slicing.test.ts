import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sliceExamples } from '../../../src/learn/evaluation/slice-values.ts';
import { partsByLabel, partsByNumber } from '../../../src/learn/evaluation/slicing.ts';
import { makeFolder } from '../../stages/context.ts';
import { headerFor, rowsOf, writeDataset } from '../data/rows.ts';

describe('parts', () => {
  it('by label are in the order of the labels, those without one last', () => {
    expect(partsByLabel(['b', null, 'a', 'b'])).toEqual([
      { value: 'a', rows: [2] },
      { value: 'b', rows: [0, 3] },
      { value: '(missing)', rows: [1] },
    ]);
  });

  it('by number are quarters, every example in one', () => {
    const parts = partsByNumber(Float64Array.from({ length: 40 }, (_, row) => (7 * row) % 40));
    expect(parts.map(({ value }) => value)).toEqual(['0 to 9', 'above 9 to 19', 'above 19 to 29', 'above 29 to 39']);
    expect(parts.map(({ rows }) => rows.length)).toEqual([10, 10, 10, 10]);
    expect(parts.flatMap(({ rows }) => rows).sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
  });

  it('by a number of few values are these, by size', () => {
    const parts = partsByNumber(Float64Array.of(10, 2, 10, Number.NaN));
    expect(parts.map(({ value }) => value)).toEqual(['2', '10', '(missing)']);
  });
});

describe('slices of a data set', () => {
  let workspace: Awaited<ReturnType<typeof makeFolder>>;
  let folder: string;
  let ids: readonly string[];
  beforeAll(async () => {
    workspace = await makeFolder();
    const rows = rowsOf({ 'the "age"': [20, 30, 40, 50], place: ['x', 'y', 'x', null], n: [1, 2, 3, 4] });
    ids = rows.ids;
    folder = await writeDataset(join(workspace.path, 'rows'), rows, headerFor(rows, null));
  });
  afterAll(() => workspace.remove());
  const slice = (...params: Parameters<typeof sliceExamples>[2]) => sliceExamples(folder, ids, params);

  it('are a column’s values or an expression’s, whatever the order of the examples', async () => {
    const [place, old] = await sliceExamples(folder, [...ids].reverse(), [
      'place',
      { name: 'old', sql: '"the ""age""" >= 40 -- from here on' },
    ]);
    expect(place).toEqual({
      name: 'place',
      parts: [
        { value: 'x', rows: [1, 3] },
        { value: 'y', rows: [2] },
        { value: '(missing)', rows: [0] },
      ],
    });
    expect(old!.parts).toEqual([
      { value: 'false', rows: [2, 3] },
      { value: 'true', rows: [0, 1] },
    ]);
    expect(old!.sql).toContain('>= 40');
  });

  it.each([
    ['nothing', { name: 'a', sql: 'heigth > 3' }, /slices "a" cannot be computed.*heigth/],
    ['no SQL', { name: 'a', sql: 'n >' }, /slices "a" cannot be computed/],
    ['chance', { name: 'a', sql: 'random() > 0.5' }, /random\(\) gives something else each time/],
    ['the clock', { name: 'a', sql: 'year(now()) > n' }, /now\(\) gives something else each time/],
    ['other rows', { name: 'a', sql: 'n > avg(n) over ()' }, /looks at other rows/],
    ['other tables', { name: 'a', sql: '(select count(*) from examples) > n' }, /may read the columns of a row alone/],
    ['files', { name: 'a', sql: "(select count(*) from read_text('/etc/hostname')) > n" }, /columns of a row alone/],
    ['more than one statement', { name: 'a', sql: 'n); drop table examples; select (n' }, /cannot be computed/],
  ])('refuse %s', (_, param, message) => expect(slice(param)).rejects.toThrow(message));

  it('name the columns there are where one is not', () =>
    expect(slice('plaice')).rejects.toThrow(/names the column "plaice", which is not there.*\n.*"place"/s));

  it('refuse rows that do not hold all examples', () =>
    expect(sliceExamples(folder, [...ids, 'another'], ['place'])).rejects.toThrow(/lacks 1 row of test.*another/));
});
