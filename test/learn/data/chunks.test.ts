import { describe, expect, it } from 'vitest';
import { readAll } from '../../../src/learn/data/chunks.ts';
import { withConnection } from '../../../src/learn/data/duckdb.ts';

const sources = Array.from({ length: 9 }, (_, index) => `range(${index * 10_000}, ${(index + 1) * 10_000}) AS t(x)`);

describe('readAll', () => {
  it('gives all rows of each source, in order', async () => {
    const seen = new Set<number>();
    await readAll(sources, ['x::DOUBLE', 'x::INTEGER % 7', 'x::UBIGINT'], ({ items, count }, index) => {
      const rows = Array.from({ length: 10_000 }, (_, row) => index * 10_000 + row);
      expect(count).toBe(10_000);
      expect(items).toEqual([
        Float64Array.from(rows),
        Int32Array.from(rows, (row) => row % 7),
        BigUint64Array.from(rows, BigInt),
      ]);
      seen.add(index);
    });
    expect(seen.size).toBe(sources.length);
  });

  it('ends with what a visit throws, while queries run, or a query', async () => {
    for (let round = 0; round < 20; round += 1) {
      await expect(
        readAll(sources, ['x::DOUBLE'], () => {
          throw new RangeError('no more');
        }),
      ).rejects.toThrow('no more');
      const bad = `CASE WHEN x = 45000 THEN error('bad row')::DOUBLE ELSE x::DOUBLE END`;
      await expect(readAll(sources, [bad], () => undefined)).rejects.toThrow('bad row');
    }
    await withConnection(async (connection) => {
      expect((await connection.runAndReadAll('SELECT 42')).getRows()).toEqual([[42]]);
    });
  });
});
