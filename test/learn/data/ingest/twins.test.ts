import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withConnection } from '../../../../src/learn/data/duckdb.ts';
import { writeRepeatedHashes } from '../../../../src/learn/data/ingest/twins.ts';

const repeatedOf = (values: string, rows: number): Promise<{ count: number; found: bigint[] }> =>
  withConnection(async (connection) => {
    await connection.run(`CREATE OR REPLACE TEMP TABLE t AS SELECT ${values} AS h FROM range(${rows})`);
    const count = await writeRepeatedHashes(connection, { table: 't', rows, hash: 'h::UBIGINT', to: 'again' });
    const found = (await connection.runAndReadAll('SELECT h FROM again')).getRows();
    return { count, found: found.map(([hash]) => hash as bigint) };
  });

test('every hash that occurs twice is found, over more rows than a piece has', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 5_000 }),
      async (rows, different) => {
        const { found } = await repeatedOf(`hash(range % ${different})`, rows);
        const twice = new Set(found);
        expect(twice.size).toBeGreaterThanOrEqual(Math.max(0, Math.min(different, rows - different)));
        expect(found.length).toBeGreaterThanOrEqual(rows - Math.min(rows, different));
      },
    ),
    { numRuns: 30 },
  );
});

test('and of a million that differ, few others', async () => {
  const { count, found } = await repeatedOf('hash(range)', 1_000_000);
  expect(count).toBe(found.length);
  expect(count).toBeLessThan(1_000_000 / 16);
});
