import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { previewOf } from '../../../../src/learn/data/augment/preview.ts';
import { type Dataset, openDataset } from '../../../../src/learn/data/dataset.ts';
import { sliceRows } from '../../../../src/learn/data/rows.ts';
import { makeFolder } from '../../../stages/context.ts';
import { policyOf } from '../policy.ts';
import { headerFor, readRows, rowsOf, writeDataset } from '../rows.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

/** The same data set in shards of so many rows. */
const inShards = async (path: string, size: number): Promise<Dataset> => {
  const [whole, rows] = [await openDataset(path), await readRows(path)];
  const shards = async function* () {
    for (let from = 0; from < whole.manifest.rows; from += size) yield sliceRows(rows, from, from + size);
  };
  return { ...whole, shards };
};

it('shows a row of each class, in whichever shards they stand', async () => {
  const rows = rowsOf({ x: [1, 2, 3, 4, 5, 6], y: ['b', 'b', 'c', 'c', 'a', 'a'] });
  const path = await writeDataset(join(folder.path, 'd'), rows, headerFor(rows, 'y'));
  const shown = { policy: policyOf({ noise: 1 }), synonyms: {} };
  const whole = await previewOf(await openDataset(path), shown);
  const examples = whole.rows.map((row) => (row as { example?: string }).example);
  expect([...new Set(examples)]).toEqual(['a (r4)', 'b (r0)', 'c (r2)']);
  expect(await previewOf(await inShards(path, 2), shown)).toEqual(whole);
  expect(await previewOf(await inShards(path, 4), shown)).toEqual(whole);
});
