import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatasetWriter } from '../../../src/learn/data/dataset.ts';
import { mostLetters, rowsById } from '../../../src/learn/data/rows-by-id.ts';
import { makeFolder } from '../../stages/context.ts';
import { headerFor, rowsOf } from './rows.ts';

describe('rowsById', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let path: string;
  beforeAll(async () => {
    folder = await makeFolder();
    path = join(folder.path, 'examples');
    const rows = rowsOf({ [`a"'b`]: [1.5, null, 3], said: ['x', `<b>'"`, 'y'.repeat(mostLetters + 10)] });
    const header = headerFor(rows);
    const columns = header.columns.map((column) =>
      column.name === 'said' ? ({ name: 'said', kind: 'text', dtype: 'string' } as const) : column,
    );
    const writer = await createDatasetWriter(path, { ...header, columns });
    await writer.append(rows);
    // A second shard: places are counted through all of them.
    await writer.cut();
    await writer.append({ ...rows, ids: ['s0', 's1', "s'2"] });
    await writer.close();
  });
  afterAll(() => folder.remove());

  it('finds rows by their ids, with their places, in whatever shard they are', async () => {
    const rows = await rowsById(path, ["s'2", 'r1', 'nobody']);
    expect([...rows.keys()]).toEqual(["s'2", 'r1']);
    expect(rows.get('r1')).toEqual({ place: 1, values: { [`a"'b`]: null, said: `<b>'"` } });
    expect(rows.get("s'2")).toMatchObject({ place: 5, values: { [`a"'b`]: 3 } });
  });

  it('cuts what is long, and takes a copy for its original', async () => {
    const rows = await rowsById(path, ['r2+1', 'r2']);
    expect(rows.get('r2+1')).toEqual(rows.get('r2'));
    expect(rows.get('r2')!.values['said']).toHaveLength(mostLetters);
  });

  it('finds nothing where nothing is asked for', async () => {
    expect(await rowsById(path, [])).toEqual(new Map());
  });
});
