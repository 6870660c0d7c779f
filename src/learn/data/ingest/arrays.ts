import type { ColumnSummary } from '../../../types/generated/data-schema.ts';
import { type Column, createDatasetWriter } from '../dataset.ts';
import { contentDigests, identify } from '../identity.ts';
import type { Origins } from '../origins.ts';
import { type ColumnData, type Rows, sliceRows } from '../rows.ts';
import type { Target } from '../targets.ts';
import { sortLabels } from '../words.ts';
import type { Ingested } from './params.ts';
import { rawOf } from './raw.ts';

/** Rows of one file that hold arrays; what has rows in memory at once is small enough for it. */
export interface ArrayPart {
  readonly columns: ReadonlyMap<string, ColumnData>;
  readonly rows: number;
}

export interface ArraySource {
  readonly folder: string;
  readonly target: Target;
  /** In order; all with the same columns of the same types. */
  readonly parts: readonly ArrayPart[];
  readonly origins: Origins;
  readonly notices: readonly string[];
}

/** Writes arrays as a data set: vectors of labels and numbers as columns, what has more dimensions as tensors. */
export const ingestArrays = async (source: ArraySource): Promise<Ingested> => {
  const { folder, target, parts, origins, notices } = source;
  const names = [...(parts[0] as ArrayPart).columns.keys()];
  const columns = names.map((name) => columnOver(name, dataOf(parts, name)));
  const writer = await createDatasetWriter(folder, { target, columns, official: false, raw: rawOf(columns) });
  const seen = new Map<string, number>();
  for (const { columns: data, rows: count } of parts) {
    const rows: Rows = { ids: new Array<string>(count).fill(''), official: null, columns: data };
    for (let from = 0; from < count; from += partRows) {
      const part = sliceRows(rows, from, Math.min(from + partRows, count));
      await writer.append({ ...part, ids: identify(contentDigests(part), seen) });
    }
  }
  const manifest = await writer.close();
  return {
    manifest,
    summaries: columns.map((column) => summaryOver(column, dataOf(parts, column.name))),
    origins,
    notices,
  };
};

/** Rows that are digested and written at a time. */
const partRows = 8_192;

const dataOf = (parts: readonly ArrayPart[], name: string): ColumnData[] =>
  parts.map(({ columns }) => columns.get(name) as ColumnData);

const columnOver = (name: string, data: readonly ColumnData[]): Column => {
  const [first] = data as [ColumnData];
  if (first.kind === 'tensor') return { name, kind: 'tensor', dtype: typeName(first.values), shape: [...first.shape] };
  if (first.kind === 'number') return { name, kind: 'number', dtype: 'float64' };
  return { name, kind: 'category', dtype: 'string', categories: sortLabels(new Set(labelsIn(data))) };
};

const typeName = (values: ArrayLike<number>): 'uint8' | 'int32' | 'float32' => {
  if (values instanceof Uint8Array) return 'uint8';
  return values instanceof Int32Array ? 'int32' : 'float32';
};

const labelsIn = (data: readonly ColumnData[]): string[] =>
  data.flatMap((each) => (each.kind === 'label' ? each.values.filter((value) => value !== null) : []));

const summaryOver = (column: Column, data: readonly ColumnData[]): ColumnSummary => {
  const { name } = column;
  if (column.kind === 'category') {
    const rows = new Map<string, number>();
    for (const label of labelsIn(data)) rows.set(label, (rows.get(label) ?? 0) + 1);
    const categories = column.categories.map((label) => ({ label, rows: rows.get(label) ?? 0 }));
    const missing = data.reduce((sum, each) => sum + (each.kind === 'label' ? each.values.length : 0), 0) - sumOf(rows);
    return { name, kind: 'category', missing, required: missing === 0, unique: false, distinct: rows.size, categories }; // biome-ignore format: one line
  }
  const { min, max, missing } = extremes(data);
  if (column.kind === 'tensor') {
    return { name, kind: 'tensor', missing: 0, dtype: column.dtype, shape: column.shape, min, max };
  }
  const distinct = distinctIn(data);
  return { name, kind: 'number', missing, required: missing === 0, unique: false, distinct, min, max };
};

const sumOf = (rows: ReadonlyMap<string, number>): number => [...rows.values()].reduce((sum, count) => sum + count, 0);

const extremes = (data: readonly ColumnData[]): { min: number | null; max: number | null; missing: number } => {
  let [min, max, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const each of data) {
    if (each.kind === 'label') continue;
    for (const value of each.values) {
      if (value < min) min = value;
      if (value > max) max = value;
      if (Number.isNaN(value)) missing += 1;
    }
  }
  return min > max ? { min: null, max: null, missing } : { min, max, missing };
};

/** null where there are more than 1,000. */
const distinctIn = (data: readonly ColumnData[]): number | null => {
  const seen = new Set<number>();
  for (const each of data) {
    if (each.kind === 'label') continue;
    for (const value of each.values) {
      if (!Number.isNaN(value)) seen.add(value);
      if (seen.size > 1_000) return null;
    }
  }
  return seen.size;
};
