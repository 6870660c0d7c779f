import type { Column, TensorColumn } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { decode } from './decode.ts';
import { columnOf, elementsOf, type NumberData, type Rows, type TensorColumnData } from './rows.ts';

/** What a model is fed of the rows of a data set. */
export interface Features {
  /** Shape of one row: of a tensor its own, [k] for k numbers. */
  readonly featureShape: readonly number[];
  readonly featureNames: readonly string[];
  /** [rows, ...featureShape], encodings applied. */
  readonly features: Float32Array;
  /** Where they are ids of tokens: how many ids there are. */
  readonly vocabulary: number | undefined;
}

/**
 * Some columns as one input: a tensor alone, or numbers and lists of numbers side by side.
 *
 * @param hint what to do where a tensor stands beside others.
 * @throws StageError where a column is no number, a value is missing, or tensors and columns are mixed.
 */
export const featuresOf = (
  columns: readonly Column[],
  parts: readonly Rows[],
  { rows, hint }: { readonly rows: number; readonly hint: string },
): Features => {
  const [only, ...others] = columns;
  const isAlone = others.length === 0;
  const featureNames = columns.flatMap(isAlone ? ({ name }) => [name] : namesOf);
  if (only?.kind === 'tensor' && isAlone) return { featureNames, ...tensorFeatures(only, parts, rows) };
  return { featureNames, ...numericFeatures(columns, parts, { rows, hint }) };
};

type Values = Omit<Features, 'featureNames'>;

const tensorFeatures = (column: TensorColumn, parts: readonly Rows[], rows: number): Values => {
  const features = new Float32Array(rows * elementsOf(column.shape));
  let at = 0;
  for (const part of parts) {
    const { values } = columnOf(column.name)(part) as TensorColumnData;
    decode(values, features.subarray(at, at + values.length), column);
    at += values.length;
  }
  return { featureShape: column.shape, features, vocabulary: column.vocabulary };
};

const numericFeatures = (
  columns: readonly Column[],
  parts: readonly Rows[],
  { rows, hint }: { readonly rows: number; readonly hint: string },
): Values => {
  for (const column of columns) refuseOther(column, hint);
  const width = columns.reduce((sum, column) => sum + widthOf(column), 0);
  if (width === 0) throw new StageError('the data set has no features: its only column is the target');
  const features = new Float32Array(rows * width);
  let from = 0;
  for (const column of columns) {
    const size = widthOf(column);
    let at = from;
    for (const part of parts) {
      const values = valuesIn(column, part);
      for (let row = 0; row < values.length; row += size, at += width) {
        for (let element = 0; element < size; element += 1) features[at + element] = values[row + element] as number;
      }
    }
    from += size;
  }
  refuseMissing(columns.flatMap(namesOf), features);
  return { featureShape: [width], features, vocabulary: undefined };
};

/** Numbers, and lists of numbers as a bag of words, can stand side by side in one input. */
export const isPlain = (column: Column): boolean =>
  column.kind === 'number' || (column.kind === 'tensor' && column.dtype === 'float32' && column.shape.length === 1);

/** A list of numbers, as a bag of words, counts as so many columns. */
const widthOf = (column: Column): number => (column.kind === 'tensor' ? elementsOf(column.shape) : 1);

const namesOf = (column: Column): string[] =>
  column.kind === 'tensor'
    ? Array.from({ length: widthOf(column) }, (_, element) => `${column.name}[${element}]`)
    : [column.name];

const valuesIn = (column: Column, part: Rows): ArrayLike<number> => {
  const data = columnOf(column.name)(part) as NumberData | TensorColumnData;
  if (column.kind !== 'tensor' || data.kind !== 'tensor') return data.values;
  const values = new Float32Array(data.values.length);
  decode(data.values, values, column);
  return values;
};

const refuseOther = (column: Column, mixed: string): void => {
  const { name, kind } = column;
  if (isPlain(column)) return;
  if (kind === 'tensor') {
    throw new StageError(
      `feature "${name}" is a tensor and stands beside others: a model takes one tensor or numbers`,
      mixed,
    );
  }
  const hint =
    kind === 'category' ? 'put a normalize stage before: it encodes categories' : 'leave it out in ingest.columns';
  throw new StageError(`feature "${name}" is a ${kind}, and a model takes numbers`, hint);
};

const refuseMissing = (names: readonly string[], features: Float32Array): void => {
  const at = features.findIndex(Number.isNaN);
  if (at < 0) return;
  const name = names[at % names.length];
  throw new StageError(
    `feature "${name}" has missing values`,
    'put an impute stage before, or say in clean.missing what becomes of such rows',
  );
};
