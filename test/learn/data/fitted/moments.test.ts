import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDataset } from '../../../../src/learn/data/dataset.ts';
import { withConnection } from '../../../../src/learn/data/duckdb.ts';
import { momentsOf } from '../../../../src/learn/data/fitted/moments.ts';
import { accumulate } from '../../../../src/learn/data/normalize/statistics.ts';
import { stream } from '../../../../src/learn/random.ts';
import { makeFolder } from '../../../stages/context.ts';
import { rowsOf, writeDataset } from '../rows.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

it('gives the same bits with any number of threads, and those of one pass to 13 digits', async () => {
  const random = stream(5);
  const values = Array.from({ length: 300_000 }, (_, row) => (row % 7 === 0 ? null : 1e6 + random.normal()));
  const dataset = await openDataset(await writeDataset(join(folder.path, 'd'), rowsOf({ x: values })));
  expect(dataset.manifest.shards.length).toBeGreaterThan(2);
  const found: unknown[] = [];
  for (const threads of [1, 2, 4, 2]) {
    await withConnection((connection) => connection.run(`SET threads = ${threads}`));
    found.push((await momentsOf(dataset, ['x'])).get('x'));
  }
  for (const other of found) expect(other).toEqual(found[0]);
  const once = accumulate();
  once.add(values.map((value) => value ?? Number.NaN));
  const [here, there] = [found[0] as { mean: number; sd: number; count: number }, once.statistics()];
  expect(here.count).toBe(there.count);
  expect(Math.abs(here.mean / there.mean - 1)).toBeLessThan(1e-13);
  expect(Math.abs(here.sd / there.sd - 1)).toBeLessThan(1e-10);
});

it('finds no deviation in a constant, and nothing in a column without values', async () => {
  const rows = rowsOf({ x: [0.1, 0.1, 0.1], y: [1, 2, 3] });
  const empty = { kind: 'number', values: new Float64Array(3).fill(Number.NaN) } as const;
  const columns = new Map([...rows.columns, ['z', empty] as const]);
  const dataset = await openDataset(await writeDataset(join(folder.path, 'e'), { ...rows, columns }));
  const moments = await momentsOf(dataset, ['x', 'z']);
  expect(moments.get('x')).toEqual({ count: 3, min: 0.1, max: 0.1, mean: 0.1, sd: 0 });
  expect(moments.get('z')).toEqual({ count: 0, min: 0, max: 0, mean: 0, sd: 0 });
});
