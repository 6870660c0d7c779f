import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { firstRow, quoted, withConnection } from '../../../src/learn/data/duckdb.ts';
import { wordOfText } from '../../../src/learn/data/row-keys.ts';

it('takes of a text the first 64 bits of its md5, the lowest byte first', async () => {
  for (const text of ['', 'a', 'été', '2012-01-31', 'x'.repeat(200)]) {
    const [word] = await withConnection((connection) => firstRow(connection, `SELECT ${wordOfText(quoted(text))}`));
    expect(word, text).toBe(createHash('md5').update(text).digest().readBigUInt64LE(0));
  }
  const [none] = await withConnection((connection) => firstRow(connection, `SELECT ${wordOfText('NULL::VARCHAR')}`));
  expect(none).toBeNull();
});
