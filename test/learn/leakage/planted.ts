import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { clean } from '../../../src/learn/data/clean/clean.ts';
import type { CleanParams } from '../../../src/learn/data/clean/params.ts';
import { createDatasetWriter, type DatasetHeader, headerOf, openDataset } from '../../../src/learn/data/dataset.ts';
import { ingest } from '../../../src/learn/data/ingest/ingest.ts';
import { type ColumnData, columnOf, concatRows, type Rows, rowCount, takeRows } from '../../../src/learn/data/rows.ts';
import { shuffle, stream } from '../../../src/learn/random.ts';
import type { Column } from '../../../src/types/generated/dataset.ts';

/** A data set in memory: its rows and what its manifest says of them. */
export interface Whole {
  readonly header: DatasetHeader;
  readonly rows: Rows;
}

export interface Halves {
  readonly header: DatasetHeader;
  readonly train: Rows;
  readonly test: Rows;
}

const ingestParams = { format: 'auto', types: {}, missing: ['', 'NA', '.'] } as const;
const cleanParams: CleanParams = {
  map: {},
  text: {},
  dates: {},
  types: {},
  range: {},
  domain: {},
  missing: { default: 'keep' },
  rows: [],
  duplicates: 'drop',
  conflicts: 'keep',
  near: null,
};

/** A real table, without rows that are equal. */
export const readTable = async (
  source: string,
  folder: string,
  params: { readonly target: string; readonly columns?: readonly string[] },
): Promise<Whole> => {
  await mkdir(folder, { recursive: true });
  const outs = {
    examples: join(folder, 'examples'),
    schema: join(folder, 'schema.json'),
    origins: join(folder, 'origins.parquet'),
  };
  await ingest(source, outs, { ...ingestParams, ...params });
  const cleaned = {
    examples: join(folder, 'cleaned'),
    ledger: join(folder, 'ledger.parquet'),
    groups: join(folder, 'groups.parquet'),
  };
  await clean(outs.examples, cleaned, cleanParams);
  const { manifest, shards } = await openDataset(cleaned.examples);
  const parts: Rows[] = [];
  for await (const part of shards()) parts.push(part);
  return { header: headerOf(manifest), rows: concatRows(parts) };
};

/** A random split: 30 % are test. */
export const halve = ({ header, rows }: Whole, seed: number): Halves => {
  const order = shuffle([...rows.ids.keys()], stream(seed));
  const test = Math.round(0.3 * order.length);
  const inOrder = (indices: number[]) =>
    takeRows(
      rows,
      indices.toSorted((a, b) => a - b),
    );
  return { header, train: inOrder(order.slice(test)), test: inOrder(order.slice(0, test)) };
};

export const writeHalves = async (
  { header, train, test }: Halves,
  folder: string,
): Promise<readonly (readonly ['train' | 'test', string])[]> => {
  for (const [name, rows] of Object.entries({ train, test })) {
    const writer = await createDatasetWriter(join(folder, name), header);
    await writer.append(rows);
    await writer.close();
  }
  return [
    ['train', join(folder, 'train')],
    ['test', join(folder, 'test')],
  ];
};

/** Rows of train that test gets too, the numbers altered by so many standard deviations. */
export const copyRows = ({ header, train, test }: Halves, count: number, jitter: number): Halves => {
  const random = stream(count);
  const taken = takeRows(train, shuffle([...train.ids.keys()], random).slice(0, count));
  const columns = new Map(
    [...taken.columns].map(([name, data]): [string, ColumnData] => {
      if (data.kind !== 'number' || jitter === 0) return [name, data];
      const spread = deviation((columnOf(name)(train) as typeof data).values);
      return [name, { ...data, values: data.values.map((value) => value + jitter * spread * random.normal()) }];
    }),
  );
  const copies: Rows = { ...taken, ids: taken.ids.map((_, row) => `copy${row}`), columns };
  return { header, train, test: concatRows([test, copies]) };
};

const deviation = (values: Float64Array): number => {
  const present = values.filter((value) => !Number.isNaN(value));
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  return Math.sqrt(present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / present.length);
};

/** The same set with one more feature, made of each row. */
export const addColumn = (
  { header, rows }: Whole,
  name: string,
  makeValue: (row: number) => number | string,
): Whole => {
  const values = Array.from({ length: rowCount(rows) }, (_, row) => makeValue(row));
  const isText = typeof values[0] === 'string';
  const column: Column = isText ? { name, kind: 'text', dtype: 'string' } : { name, kind: 'number', dtype: 'float64' };
  const data: ColumnData = isText
    ? { kind: 'label', values: values as string[] }
    : { kind: 'number', values: Float64Array.from(values as number[]) };
  return {
    header: { ...header, columns: [...header.columns, column] },
    rows: { ...rows, columns: new Map([...rows.columns, [name, data]]) },
  };
};
