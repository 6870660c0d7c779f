import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/learn/data/dataset.ts';
import type { DataSchema } from '../../src/types/generated/data-schema.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/ingest/run.ts';
import { digestsOf } from '../learn/data/folder.ts';
import { complaints } from '../learn/data/schemas.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const cars = join(import.meta.dirname, '../../node_modules/vega-datasets/data/cars.json');

const write = async (name: string, content: string): Promise<string> => {
  const place = join(folder.path, `s${count++}`);
  await mkdir(place);
  await writeFile(join(place, name), content);
  return join(place, name);
};

const ingest = (source: string, schema?: string, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'ingest', deps: { source, ...(schema === undefined ? {} : { schema }) }, params });

const schemaOf = async ({ outs }: StageOutcome): Promise<DataSchema> =>
  JSON.parse(await readFile(outs['schema'] as string, 'utf8')) as DataSchema;

const changed = async (source: string, change: (rows: JsonObject[]) => void): Promise<string> => {
  const rows = JSON.parse(await readFile(source, 'utf8')) as JsonObject[];
  change(rows);
  return write('cars.json', JSON.stringify(rows));
};

describe('a schema', () => {
  it('is inferred with all that can be asked of a column', async () => {
    const schema = await schemaOf(await ingest(cars, undefined, { target: 'Origin' }));
    expect(complaints('data-schema', schema)).toEqual([]);
    expect(schema.rows).toBe(406);
    const by = Object.fromEntries(schema.columns.map((column) => [column.name, column]));
    expect(by['Miles_per_Gallon']).toMatchObject({ kind: 'number', missing: 8, required: false, min: 9, max: 46.6 });
    expect(by['Horsepower']).toMatchObject({ kind: 'number', missing: 6, required: false });
    expect(by['Weight_in_lbs']).toMatchObject({ missing: 0, required: true, unique: false });
    expect(by['Year']).toMatchObject({ kind: 'date', distinct: 12, min: '1970-01-01', max: '1982-01-01' });
    expect(by['Name']).toMatchObject({ kind: 'text', distinct: 311, unique: false });
    expect(by['Origin']).toMatchObject({ kind: 'category', distinct: 3 });
  });

  it('finds keys, of few rows and of many', async () => {
    const unique = async (rows: number, cell: (row: number) => string) => {
      const lines = Array.from({ length: rows }, (_, row) => `${row},${cell(row)},${row / 2}`);
      const { columns } = await schemaOf(await ingest(await write('k.csv', `n,t,f\n${lines.join('\n')}\n`)));
      return columns.map((column) => (column as { unique?: boolean }).unique);
    };
    expect(await unique(3, (row) => `k${row}`)).toEqual([true, true, false]);
    expect(await unique(30_000, (row) => `k${row}`)).toEqual([true, true, false]);
    expect(await unique(30_000, (row) => `k${row === 29_999 ? 0 : row}`)).toEqual([true, false, false]);
  });

  it('that the source keeps to changes no row; the data set knows what more rows are held to', async () => {
    const free = await ingest(cars, undefined, { target: 'Origin' });
    const bound = await ingest(cars, free.outs['schema']);
    const [one, other] = [free, bound].map(({ outs }) => outs['examples'] as string);
    const { 'dataset.json': _, ...shards } = await digestsOf(one!);
    expect(await digestsOf(other!)).toMatchObject(shards);
    const [{ raw, ...rest }, { raw: ruled, ...same }] = [await readManifest(one!), await readManifest(other!)];
    expect(same).toEqual(rest);
    expect(raw!.columns.filter((column) => 'rules' in column)).toEqual([]);
    expect(ruled).toEqual({
      ...raw,
      columns: raw!.columns.map((column) => ({
        ...column,
        rules: expect.objectContaining({ required: expect.anything() }),
      })),
    });
    expect(await schemaOf(bound)).toEqual(await schemaOf(free));
  });

  it('that is broken tells each way, its first cells with row and column, and the count', async () => {
    const { outs } = await ingest(cars);
    const source = await changed(cars, (rows) => {
      Object.assign(rows[4] as JsonObject, { Weight_in_lbs: null, Cylinders: 12, Origin: 'Mars' });
      for (const row of rows.slice(10, 15)) Object.assign(row, { Acceleration: 7.5 });
      Object.assign(rows[405] as JsonObject, { Year: '1983-01-01' });
    });
    await expect(ingest(source, outs['schema'])).rejects.toThrow(
      [
        'the source breaks its schema: 9 cells in 5 ways',
        '  cars.json: row 5, column "Cylinders": "12.0" is above the most, 8',
        '  cars.json: row 5, column "Weight_in_lbs": the cell is missing, and the column is required',
        '  cars.json: row 11, column "Acceleration": "7.5" is below the least, 8',
        '  cars.json: row 12, column "Acceleration": "7.5" is below the least, 8',
        '  cars.json: row 13, column "Acceleration": "7.5" is below the least, 8',
        '  and 2 more of column "Acceleration"',
        '  cars.json: row 406, column "Year": "1983-01-01" is above the most, 1982-01-01',
        '  cars.json: row 5, column "Origin": "Mars" is none of the categories',
        'hint: correct the source',
      ].join('\n'),
    );
  });

  it('tells cells of another kind and all else that is broken, in all columns at once', async () => {
    const { outs } = await ingest(cars);
    const source = await changed(cars, (rows) => {
      Object.assign(rows[6] as JsonObject, { Horsepower: 'many', Year: 'later' });
      Object.assign(rows[7] as JsonObject, { Horsepower: 'few', Origin: 'Mars' });
      Object.assign(rows[8] as JsonObject, { Horsepower: 1000, Year: '1999-01-01' });
    });
    await expect(ingest(source, outs['schema'])).rejects.toThrow(
      [
        'the source breaks its schema: 6 cells in 5 ways',
        '  cars.json: row 7, column "Horsepower": "many" is no finite number, and the schema asks for one (2 such cells in all)',
        '  cars.json: row 7, column "Year": "later" is no date as ISO 8601 writes it, and the schema asks for one',
        '  cars.json: row 9, column "Horsepower": "1000" is above the most, 230',
        '  cars.json: row 9, column "Year": "1999-01-01" is above the most, 1982-01-01',
        '  cars.json: row 8, column "Origin": "Mars" is none of the categories',
      ].join('\n'),
    );
  });

  it('refuses numbers that would not be kept as such', async () => {
    const { outs } = await ingest(await write('z.csv', 'zip,key\n12345,1\n54321,2\n'));
    const source = await write('z.csv', 'zip,key\n00123,1\n54321,9007199254740993\n');
    await expect(ingest(source, outs['schema'])).rejects.toThrow(
      '  z.csv: row 1, column "zip": "00123" would not be kept as a number, and the schema asks for one\n' +
        '  z.csv: row 2, column "key": "9007199254740993" would not be kept as a number, and the schema asks for one',
    );
  });

  it('with kinds that are none names them all, and those that there are', async () => {
    const schema = await schemaOf(await ingest(await write('a.csv', 'x,y\n1,2\n')));
    const spoiled = { ...schema, columns: schema.columns.map((column) => ({ ...column, kind: 'integer' })) };
    await expect(ingest(cars, await write('s.json', JSON.stringify(spoiled)))).rejects.toThrow(
      's.json: column "x" has the kind "integer"\ns.json: column "y" has the kind "integer"\nhint: kinds are "number", "category", "date", "text", "tensor"',
    );
  });

  it('refuses columns that are missing or more', async () => {
    const { outs } = await ingest(await write('a.csv', 'x,y\n1,2\n'));
    await expect(ingest(await write('a.csv', 'x,z\n1,2\n'), outs['schema'])).rejects.toThrow(
      'the source has no column "y", which the schema has; the schema has no column "z", which the source has',
    );
  });

  it('refuses a second row of a key, and names the file where there are several', async () => {
    const { outs } = await ingest(await write('a.csv', 'id,x\na,1\nb,2\n'));
    const place = join(await write('a.csv', 'id,x\na,1\nb,2\n'), '..');
    await writeFile(join(place, 'b.csv'), 'id,x\nc,1\na,2\n');
    const found = ingest(place, outs['schema']);
    await expect(found).rejects.toThrow(
      'b.csv: row 2, column "id": "a" stands in an earlier row, and the column is unique',
    );
  });

  it('keeps the order of its categories, whatever occurs', async () => {
    const first = await ingest(await write('a.csv', 'c\nb\na\nb\na\n'));
    const schema = await schemaOf(first);
    const [column] = schema.columns;
    if (column?.kind !== 'category') throw new Error('no category');
    column.categories = [{ label: 'z', rows: 0 }, ...column.categories];
    const second = await ingest(await write('a.csv', 'c\nb\nb\n'), await write('s.json', JSON.stringify(schema)));
    expect((await readManifest(second.outs['examples'] as string)).columns[0]).toMatchObject({
      categories: ['z', 'a', 'b'],
    });
  });

  it('has to be one', async () => {
    await expect(ingest(cars, await write('s.json', '{"format":"stemma-schema-v1","rows":1}'))).rejects.toThrow(
      's.json is damaged',
    );
    await expect(ingest(cars, cars)).rejects.toThrow('cars.json is not of the format "stemma-schema-v1"');
  });
});
