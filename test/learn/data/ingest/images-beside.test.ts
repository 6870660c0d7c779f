import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataSchema } from '../../../../src/types/generated/data-schema.ts';
import type { JsonObject } from '../../../../src/types/json.ts';
import { run as ingest } from '../../../../stages/ingest/run.ts';
import { makeFolder, runStage } from '../../../stages/context.ts';
import { readRows } from '../rows.ts';

// Columns that the table of labels has beside its labels, as features beside the images.

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => folder.remove());

const write = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  await mkdir(dirname(join(folder.path, 'set', path)), { recursive: true });
  await writeFile(join(folder.path, 'set', path), bytes);
};

const grey = (value: number) =>
  sharp(new Uint8Array(4).fill(value), { raw: { width: 2, height: 2, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();

const table = `file,kind,size,town,seen,note
d.png,x,4,Ulm,2012-01-04,four
a.png,y,1.5,Bonn,2012-01-01,one
c.png,x,NA,Ulm,2012-01-03,three
b.png,y,2,Bonn,2012-01-02T08:30,two
`;

const reading = async (params: JsonObject, columns: readonly string[]) => {
  const labels = { file: 'table.csv', image: 'file', label: 'kind', columns: [...columns] };
  const { images, ...others } = params;
  const { outs, notices } = await runStage(ingest as never, folder.path, {
    type: 'ingest',
    deps: { source: join(folder.path, 'set') },
    params: { format: 'images', ...others, images: { ...(images as JsonObject), labels } },
  });
  const schema = JSON.parse(await readFile(outs['schema']!, 'utf8')) as DataSchema;
  const manifest = JSON.parse(await readFile(join(outs['examples']!, 'dataset.json'), 'utf8')) as JsonObject;
  return { schema, manifest, notices, rows: await readRows(outs['examples']!) };
};

const values = ({ rows }: Awaited<ReturnType<typeof reading>>, name: string) => [...rows.columns.get(name)!.values];

describe('columns beside images', () => {
  beforeEach(async () => {
    for (const [at, name] of ['a', 'b', 'c', 'd'].entries()) await write(`${name}.png`, await grey(10 * at));
    await write('table.csv', table);
  });

  it('go to their images, with kinds and summaries as a table has them', async () => {
    const found = await reading({}, ['size', 'town', 'seen', 'note']);
    expect(values(found, 'image').filter((_, at) => at % 4 === 0)).toEqual([0, 10, 20, 30]);
    expect(values(found, 'size')).toEqual([1.5, 2, Number.NaN, 4]);
    expect(values(found, 'town')).toEqual(['Bonn', 'Bonn', 'Ulm', 'Ulm']);
    expect(values(found, 'seen')).toEqual(['2012-01-01T00:00:00', '2012-01-02T08:30:00', '2012-01-03T00:00:00', '2012-01-04T00:00:00']); // biome-ignore format: one line
    expect(values(found, 'note')).toEqual(['one', 'two', 'three', 'four']);
    expect(values(found, 'label')).toEqual(['y', 'y', 'x', 'x']);
    expect(found.schema.columns.map(({ name, kind, missing }) => [name, kind, missing])).toEqual([
      ['image', 'tensor', 0],
      ...[['size', 'number', 1], ['town', 'category', 0], ['seen', 'date', 0], ['note', 'text', 0]],
      ['label', 'category', 0],
    ]); // biome-ignore format: a line a kind
    expect(found.manifest['raw']).toMatchObject({
      columns: [{ name: 'image' }, { name: 'size' }, { name: 'town' }, { name: 'seen', time: true }, { name: 'note' }, { name: 'label' }],
      ...{ images: { column: 'file' }, missing: expect.arrayContaining(['NA']) as string[] },
    }); // biome-ignore format: a line a part
  });

  it('take the kinds that are asked for, and leave out what images leave out', async () => {
    await write('b.png', 'no image');
    const found = await reading({ types: { size: 'category' }, images: { broken: 'drop' } }, ['size', 'note']);
    expect([values(found, 'size'), values(found, 'note')]).toEqual([
      ['1.5', null, '4'],
      ['one', 'three', 'four'],
    ]);
    expect(found.schema.columns[1]).toMatchObject({ kind: 'category', missing: 1, distinct: 2, categories: [{ label: '1.5', rows: 1 }, { label: '4', rows: 1 }] }); // biome-ignore format: one line
    const first = await reading({ subset: 1, images: { broken: 'drop' } }, ['size']);
    expect([values(first, 'size'), first.schema.rows]).toEqual([[1.5], 1]);
    expect(first.schema.columns[1]).toMatchObject({ kind: 'number', missing: 0, min: 1.5, max: 1.5 });
  });

  it('are refused where they are not there, or cannot stand there', async () => {
    await expect(reading({}, ['colour'])).rejects.toThrow('params.images.labels.columns names "colour", and table.csv has no such column'); // biome-ignore format: one line
    await expect(reading({}, ['kind'])).rejects.toThrow('which is the column of the labels already');
    await expect(reading({ target: 'size' }, ['size'])).rejects.toThrow(`as the data set's column of labels is named`);
    await expect(reading({ types: { town: 'number' } }, ['town'])).rejects.toThrow('table.csv: row 1, column "town": "Ulm" is no finite number'); // biome-ignore format: one line
  });
});
