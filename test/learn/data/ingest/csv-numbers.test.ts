import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readsNumbersAlike } from '../../../../src/learn/data/ingest/csv-numbers.ts';
import type { IngestParams } from '../../../../src/learn/data/ingest/params.ts';

const alike = async (text: string, { name = 't.csv', missing = ['NA'] } = {}): Promise<boolean> => {
  const path = join(await mkdtemp(join(tmpdir(), 'stemma-csv-')), name);
  await writeFile(path, text);
  return (await readsNumbersAlike({ path, name }, { missing } as unknown as IngestParams)) !== null;
};

describe('the numbers of a CSV are left to DuckDB', () => {
  test.each([
    ['decimals, signs and exponents', 'x,y\n0.5,-0\n+0.25,1e05\n-0.75,10\n100,0\n'],
    ['dates and times', 'x,y\n2012-01-05,10:05\n2012-10-31,23:00:07\n'],
    ['an odd header alone', 'x_1,2_3\n1,2\n'],
  ])('with %s', async (_, text) => {
    expect(await alike(text)).toBe(true);
  });

  test.each([
    ['a leading zero', 'x\n1\n0012\n'],
    ['one after a sign', 'x\n1\n-01\n'],
    ['one in quotes', 'x\n"007"\n'],
    ['one behind another delimiter', 'x;y\n1;05\n'],
    ['digits in groups', 'x\n1_000\n'],
    ['two signs', 'x\n+-1\n'],
  ])('but not with %s', async (_, text) => {
    expect(await alike(text)).toBe(false);
  });

  test('wherever it stands between two pieces of a large file', async () => {
    for (const shift of [-3, -2, -1, 0, 1, 2]) {
      const before = `x\n${'1\n'.repeat((1024 ** 2 + shift) >> 1)}`.slice(0, 1024 ** 2 + shift);
      expect(await alike(`${before.slice(0, -1)}\n0012\n`), String(shift)).toBe(false);
    }
  });

  test('and not where the file is packed, or a number means that the value is missing', async () => {
    expect(await alike('x\n1\n', { name: 't.csv.gz' })).toBe(false);
    expect(await alike('x\n1\n', { missing: ['-999'] })).toBe(false);
  });
});
