import { expect, it } from 'vitest';
import { firstRow, withConnection } from '../../../../src/learn/data/duckdb.ts';
import { isPlainDate, timeOf } from '../../../../src/learn/data/normalize/dates.ts';

const isPlain = async (text: string): Promise<boolean> => {
  const [plain] = await withConnection((connection) =>
    firstRow(connection, `SELECT coalesce(${isPlainDate('day')}, false) FROM (SELECT '${text}' AS day)`),
  );
  return plain as boolean;
};

it('takes days as people write them for dates, as JavaScript does', async () => {
  for (const day of ['2012-01-31', '2012-02-29', '0100-01-01', '1969-12-31', '9999-12-31']) {
    expect(await isPlain(day), day).toBe(true);
    expect(timeOf(day), day).toBe(Date.parse(`${day}T00:00:00Z`));
  }
});

it('leaves all else to JavaScript', async () => {
  for (const text of [
    '2013-02-29',
    '2012-02-30',
    '2012-1-31',
    '2012-01-1',
    '0099-01-01',
    ' 2012-1-31',
    '2012/01/31',
    '2012-13-01',
    '12012-1-31',
    '2012-01-31T00:00',
    '',
    'yesterday!',
  ])
    expect(await isPlain(text), text).toBe(false);
});
