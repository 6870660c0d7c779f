import type { Tensor, TensorData } from './safetensors.ts';

/** Some rows of a data set, in memory, column by column. */
export interface Rows {
  readonly ids: readonly string[];
  /** For each row, the split that the source itself puts it in; null where the source knows none. */
  readonly official: readonly Official[] | null;
  /** What each row counts for in training; absent where the data set does not say. */
  readonly weights?: Float64Array;
  readonly columns: ReadonlyMap<string, ColumnData>;
}

export type Official = 'train' | 'validation' | 'test';

export type ColumnData = NumberData | LabelData | TensorColumnData;

export interface NumberData {
  readonly kind: 'number';
  /** NaN: missing. */
  readonly values: Float64Array;
}

/** Categories and texts. */
export interface LabelData {
  readonly kind: 'label';
  /** null: missing. */
  readonly values: readonly (string | null)[];
}

export interface TensorColumnData {
  readonly kind: 'tensor';
  /** Shape of one row. */
  readonly shape: readonly number[];
  /** rows × product(shape) */
  readonly values: TensorData;
}

export const rowCount = (rows: Rows): number => rows.ids.length;

/** The rows at these indices, in this order. */
export const takeRows = (rows: Rows, indices: ArrayLike<number>): Rows => ({
  ids: pick(rows.ids, indices),
  official: rows.official === null ? null : pick(rows.official, indices),
  ...weighing(rows, (weights) => Float64Array.from(indices, (index) => weights[index] as number)),
  columns: mapColumns(rows.columns, (column) => takeColumn(column, indices)),
});

/** The rows from `from` up to, but without, `to`. */
export const sliceRows = (rows: Rows, from: number, to: number): Rows => ({
  ids: rows.ids.slice(from, to),
  official: rows.official?.slice(from, to) ?? null,
  ...weighing(rows, (weights) => weights.subarray(from, to)),
  columns: mapColumns(rows.columns, (column) => sliceColumn(column, from, to)),
});

/** All rows of the parts, which have the same columns, one after the other; there is at least one part. */
export const concatRows = (parts: readonly Rows[]): Rows => {
  const [first] = parts;
  if (first === undefined) throw new RangeError('concatRows: no parts');
  if (parts.length === 1) return first;
  return {
    ids: parts.flatMap((part) => part.ids),
    official: first.official === null ? null : parts.flatMap((part) => part.official ?? []),
    ...weighing(first, () => concatArrays(parts.map(weightsOf)) as Float64Array),
    columns: new Map([...first.columns.keys()].map((name) => [name, concatColumns(parts.map(columnOf(name)))])),
  };
};

const weighing = (
  { weights }: Rows,
  change: (weights: Float64Array) => Float64Array,
): { readonly weights?: Float64Array } => (weights === undefined ? {} : { weights: change(weights) });

/** What rows count for; the absence of it, where the data set has it, is a bug. */
export const weightsOf = ({ weights }: Rows): Float64Array => {
  if (weights === undefined) throw new RangeError('the weights of rows are lost');
  return weights;
};

/** The column of that name; its absence is a bug. */
export const columnOf =
  (name: string) =>
  (rows: Rows): ColumnData => {
    const column = rows.columns.get(name);
    if (column === undefined) throw new RangeError(`no column "${name}"`);
    return column;
  };

/** Elements in one row's tensor. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** A column of tensors as a safetensors file has it: shape [rows, ...shape]. */
export const asTensor = ({ shape, values }: TensorColumnData): Tensor => ({
  shape: [values.length / elementsOf(shape), ...shape],
  data: values,
});

const mapColumns = (
  columns: Rows['columns'],
  change: (column: ColumnData) => ColumnData,
): ReadonlyMap<string, ColumnData> => new Map([...columns].map(([name, column]) => [name, change(column)]));

const pick = <T>(values: readonly T[], indices: ArrayLike<number>): T[] =>
  Array.from(indices, (index) => values[index] as T);

/** The values of the rows at these indices, in this order. */
export const takeColumn = (column: ColumnData, indices: ArrayLike<number>): ColumnData => {
  switch (column.kind) {
    case 'number':
      return { kind: 'number', values: Float64Array.from(indices, (index) => column.values[index] as number) };
    case 'label':
      return { kind: 'label', values: pick(column.values, indices) };
    case 'tensor':
      return { ...column, values: takeTensors(column, indices) };
  }
};

/** The tensors of the rows at these indices, in this order. */
export const takeTensors = (
  { shape, values }: Pick<TensorColumnData, 'shape' | 'values'>,
  indices: ArrayLike<number>,
): TensorData => {
  const size = elementsOf(shape);
  const taken = sameType(values, indices.length * size);
  for (let row = 0; row < indices.length; row += 1) {
    const from = (indices[row] as number) * size;
    taken.set(values.subarray(from, from + size), row * size);
  }
  return taken;
};

const sliceColumn = (column: ColumnData, from: number, to: number): ColumnData => {
  switch (column.kind) {
    case 'number':
      return { kind: 'number', values: column.values.subarray(from, to) };
    case 'label':
      return { kind: 'label', values: column.values.slice(from, to) };
    case 'tensor': {
      const size = elementsOf(column.shape);
      return { ...column, values: column.values.subarray(from * size, to * size) };
    }
  }
};

const concatColumns = (parts: readonly ColumnData[]): ColumnData => {
  const first = parts[0] as ColumnData;
  if (first.kind === 'label') {
    return { kind: 'label', values: (parts as readonly LabelData[]).flatMap((part) => part.values) };
  }
  const arrays = (parts as readonly (NumberData | TensorColumnData)[]).map((part) => part.values);
  return { ...first, values: concatArrays(arrays) } as ColumnData;
};

const concatArrays = (arrays: readonly (TensorData | Float64Array)[]): TensorData | Float64Array => {
  const all = sameType(arrays[0] as TensorData, total(arrays));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
};

const total = (arrays: readonly ArrayLike<number>[]): number => arrays.reduce((sum, { length }) => sum + length, 0);

/** A new array of zeros, of the type of another; a Buffer counts as what it is, a Uint8Array. */
export const sameType = <T extends TensorData | Float64Array>(like: T, length: number): T => {
  if (like instanceof Uint8Array) return new Uint8Array(length) as T;
  return new (like.constructor as new (length: number) => T)(length);
};
