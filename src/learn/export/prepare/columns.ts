import type { Column as DatasetColumn } from '../../../types/generated/dataset.ts';
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';

/** A raw column in a graph, as it is after some fitted steps. */
export type Column =
  /** Float64 [batch, 1]; NaN: missing. */
  | { readonly kind: 'number'; readonly value: Value }
  /** Texts [batch, 1]; an empty one: missing, which counts as `fill` where there is one. */
  | { readonly kind: 'label'; readonly value: Value; readonly fill?: string | undefined }
  /** [batch, …shape] as it is stored. */
  | { readonly kind: 'tensor'; readonly value: Value };

export type Columns = ReadonlyMap<string, Column>;

/** The input for a column, by its name. */
export const inputOf = (build: Builder, column: DatasetColumn): Column => {
  const { name, kind, dtype } = column;
  if (kind === 'number') return { kind: 'number', value: build.input(name, 'float64', [null, 1]) };
  if (kind === 'tensor') return { kind: 'tensor', value: build.input(name, dtype, [null, ...column.shape]) };
  return { kind: 'label', value: build.input(name, 'string', [null, 1]) };
};

/** A number as its column stores it: a float32 is rounded. */
export const storedAs = (build: Builder, value: Value, { dtype }: Pick<DatasetColumn, 'dtype'>): Value =>
  dtype === 'float32' ? build.cast(build.cast(value, 'float32'), 'float64') : build.cast(value, 'float64');

export const numberIn = (columns: Columns, name: string): Value => columnOf(columns, name, 'number');

export const columnOf = (columns: Columns, name: string, kind: Column['kind']): Value => {
  const column = columns.get(name);
  if (column?.kind !== kind) throw new Error(`"${name}" is no ${kind} in the graph`);
  return column.value;
};
