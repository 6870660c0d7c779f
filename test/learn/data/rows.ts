import { createDatasetWriter, type DatasetHeader, openDataset } from '../../../src/learn/data/dataset.ts';
import { type ColumnData, concatRows, type Official, type Rows } from '../../../src/learn/data/rows.ts';

/** A small data set as a test spells it: columns of numbers or labels; ids are r0, r1, … */
export const rowsOf = (
  columns: Readonly<Record<string, readonly (number | string | null)[]>>,
  official: readonly Official[] | null = null,
): Rows => {
  const [first = []] = Object.values(columns);
  return {
    ids: first.map((_, row) => `r${row}`),
    official,
    columns: new Map(Object.entries(columns).map(([name, values]) => [name, dataOf(values)])),
  };
};

const dataOf = (values: readonly (number | string | null)[]): ColumnData => {
  if (values.some((value) => typeof value === 'string')) return { kind: 'label', values: values as (string | null)[] };
  return { kind: 'number', values: Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN) };
};

/** The columns that a manifest would have for such rows: labels are categories, in the order of their first rows. */
export const headerFor = (rows: Rows, target: string | null = null): DatasetHeader => ({
  target,
  official: rows.official !== null,
  columns: [...rows.columns].map(([name, data]) => {
    if (data.kind === 'tensor') return { name, kind: 'tensor', dtype: 'uint8', shape: [...data.shape] };
    if (data.kind === 'number') return { name, kind: 'number', dtype: 'float64' };
    const categories = [...new Set(data.values.filter((value) => value !== null))];
    return { name, kind: 'category', dtype: 'string', categories };
  }),
});

export const writeDataset = async (folder: string, rows: Rows, header = headerFor(rows)): Promise<string> => {
  const writer = await createDatasetWriter(folder, header);
  await writer.append(rows);
  await writer.close();
  return folder;
};

/** All rows of a data set that has some. */
export const readRows = async (folder: string): Promise<Rows> => {
  const parts: Rows[] = [];
  for await (const part of (await openDataset(folder)).shards()) parts.push(part);
  return concatRows(parts);
};

/** The values of a column, missing ones as null. */
export const valuesOf = (rows: Rows, name: string): (number | string | null)[] => {
  const data = rows.columns.get(name);
  if (data === undefined) throw new Error(`no column "${name}"`);
  return Array.from<number | string | null, number | string | null>(data.values, (value) =>
    Number.isNaN(value) ? null : value,
  );
};
