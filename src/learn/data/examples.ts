import type {
  AugmentPolicy,
  CategoryColumn,
  Column,
  DatasetManifest,
  TargetScaling,
  TensorColumn,
} from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { own } from '../own.ts';
import {
  columnOf,
  elementsOf,
  type LabelData,
  type NumberData,
  type Rows,
  rowCount,
  type TensorColumnData,
  weightsOf,
} from './rows.ts';

/** A data set in memory, model-ready. */
export interface Examples {
  readonly ids: readonly string[];
  readonly rows: number;
  /** [28, 28, 1] for one tensor feature; [k] for k numeric columns, in column order. */
  readonly featureShape: readonly number[];
  readonly featureNames: readonly string[];
  /** rows × product(featureShape), encodings applied. */
  readonly features: Float32Array;
  /** Class indices (category) or values (number); empty when there is no target. */
  readonly target: Int32Array | Float32Array;
  readonly targetName: string | null;
  /** null: regression, or no target. */
  readonly classes: readonly string[] | null;
  /** To be applied per row and epoch while training. */
  readonly augment: AugmentPolicy | null;
  /** How values of the target become the original ones; absent where they are. */
  readonly scaling?: TargetScaling | undefined;
  /** What a row of each class counts for in training, [classes]; absent: all alike. */
  readonly classWeights?: readonly number[] | undefined;
  /** What each row counts for in training, [rows], 0 or more; absent: all alike. */
  readonly weights?: Float32Array | undefined;
  /** Where the features are ids of tokens: how many ids there are; 0 pads. */
  readonly vocabulary?: number | undefined;
}

/**
 * The rows of a data set as a model takes them.
 *
 * @param parts all rows, in order.
 * @throws StageError where a feature is no number, a value is missing, or tensors and columns are mixed.
 */
export const examplesOf = (manifest: DatasetManifest, parts: readonly Rows[]): Examples => {
  const featureColumns = manifest.columns.filter(({ name }) => name !== manifest.target);
  const target = manifest.columns.find(({ name }) => name === manifest.target);
  const [only] = featureColumns;
  return {
    ids: parts.flatMap(({ ids }) => ids),
    rows: manifest.rows,
    featureNames: featureColumns.flatMap(featureColumns.length === 1 ? ({ name }) => [name] : namesOf),
    ...(only?.kind === 'tensor' && featureColumns.length === 1
      ? tensorFeatures(only, parts, manifest.rows)
      : numericFeatures(featureColumns, parts, manifest.rows)),
    target: target === undefined ? new Float32Array(0) : targetOf(target, parts, manifest.rows),
    targetName: manifest.target,
    classes: target?.kind === 'category' ? target.categories : null,
    augment: manifest.augment ?? null,
    scaling: target?.kind === 'number' ? target.scaling : undefined,
    classWeights: classWeightsOf(manifest, target),
    weights: manifest.row_weights === undefined ? undefined : rowWeightsOf(parts, manifest.rows),
    vocabulary: only?.kind === 'tensor' && featureColumns.length === 1 ? only.vocabulary : undefined,
  };
};

const classWeightsOf = ({ weights }: DatasetManifest, target: Column | undefined): readonly number[] | undefined =>
  weights === undefined || target?.kind !== 'category'
    ? undefined
    : target.categories.map((label) => own(weights, label) ?? 1);

/** Undefined where all are alike: then their weighted mean is the mean. */
const rowWeightsOf = (parts: readonly Rows[], rows: number): Float32Array | undefined => {
  const weights = new Float32Array(rows);
  let at = 0;
  for (const part of parts) {
    weights.set(weightsOf(part), at);
    at += rowCount(part);
  }
  if (weights.some((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY))) {
    throw new StageError('there are rows whose weight is no number from 0 on', 'give each row one in its source');
  }
  const [first] = weights;
  if (!weights.every((weight) => weight === first)) return weights;
  if (first !== 0) return undefined;
  throw new StageError('no row counts: all have the weight 0', 'give some rows a weight above 0');
};

/**
 * Decodes stored elements of whole rows into floats: stored × scale + offset, each step rounded to float32; then what the
 * encoding says of each row.
 *
 * @param into as long as `stored`.
 */
export const decode = (stored: TensorColumnData['values'], into: Float32Array, column: TensorColumn): void => {
  decodeElements(stored, into, column);
  const scale = column.encoding?.row;
  if (scale === undefined) return;
  const size = elementsOf(column.shape);
  for (let at = 0; at < into.length; at += size) rowScalings[scale](into.subarray(at, at + size));
};

const rowScalings: Readonly<Record<'standard' | 'l2', (row: Float32Array) => void>> = {
  /** Mean 0 and deviation 1; the deviation counts as 1 / √elements at least, so that an even row becomes 0. */
  standard: (row) => {
    const mean = sumOf(row, (value) => value) / row.length;
    const variance = sumOf(row, (value) => (value - mean) ** 2) / row.length;
    const divisor = Math.max(Math.sqrt(variance), 1 / Math.sqrt(row.length));
    row.forEach((value, at) => {
      row[at] = (value - mean) / divisor;
    });
  },
  /** Length 1; a row of zeros stays one. */
  l2: (row) => {
    const length = Math.sqrt(sumOf(row, (value) => value * value));
    if (length === 0) return;
    row.forEach((value, at) => {
      row[at] = value / length;
    });
  },
};

const sumOf = (row: Float32Array, term: (value: number) => number): number => {
  let sum = 0;
  for (let at = 0; at < row.length; at += 1) sum += term(row[at] as number);
  return sum;
};

const decodeElements = (stored: TensorColumnData['values'], into: Float32Array, { encoding }: TensorColumn): void => {
  if (encoding === undefined) {
    into.set(stored);
    return;
  }
  const scale = Math.fround(encoding.scale);
  const offset = Math.fround(encoding.offset);
  const value = (element: number): number => Math.fround(Math.fround(element * scale) + offset);
  if (stored instanceof Uint8Array) {
    const values = Float32Array.from({ length: 256 }, (_, element) => value(element));
    for (let at = 0; at < stored.length; at += 1) into[at] = values[stored[at] as number] as number;
    return;
  }
  for (let at = 0; at < stored.length; at += 1) into[at] = value(stored[at] as number);
};

type Features = Pick<Examples, 'featureShape' | 'features'>;

const tensorFeatures = (column: TensorColumn, parts: readonly Rows[], rows: number): Features => {
  const features = new Float32Array(rows * elementsOf(column.shape));
  let at = 0;
  for (const part of parts) {
    const { values } = columnOf(column.name)(part) as TensorColumnData;
    decode(values, features.subarray(at, at + values.length), column);
    at += values.length;
  }
  return { featureShape: column.shape, features };
};

const numericFeatures = (columns: readonly Column[], parts: readonly Rows[], rows: number): Features => {
  for (const column of columns) refuseOther(column);
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
  return { featureShape: [width], features };
};

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

const refuseOther = (column: Column): void => {
  const { name, kind } = column;
  if (kind === 'number' || (kind === 'tensor' && column.dtype === 'float32' && column.shape.length === 1)) return;
  if (kind === 'tensor') {
    throw new StageError(
      `feature "${name}" is a tensor and stands beside others: a model takes one tensor or numbers`,
      'choose with the params columns of ingest',
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

const targetOf = (column: Column, parts: readonly Rows[], rows: number): Int32Array | Float32Array => {
  const data = parts.map(columnOf(column.name));
  if (column.kind === 'category') return classesOf(column, data as LabelData[], rows);
  if (column.kind === 'number') return valuesOf(column, data as NumberData[], rows);
  throw new StageError(`the target "${column.name}" is a ${column.kind}, and a model predicts a category or a number`);
};

const classesOf = ({ name, categories }: CategoryColumn, data: readonly LabelData[], rows: number): Int32Array => {
  const classes = new Map<string | null, number>(categories.map((category, index) => [category, index]));
  const target = new Int32Array(rows);
  let at = 0;
  for (const { values } of data) {
    for (const value of values) {
      const index = classes.get(value);
      if (index === undefined) throw withoutTarget(name);
      target[at++] = index;
    }
  }
  return target;
};

const valuesOf = ({ name }: Column, data: readonly NumberData[], rows: number): Float32Array => {
  const target = new Float32Array(rows);
  let at = 0;
  for (const { values } of data) {
    target.set(values, at);
    at += values.length;
  }
  if (target.some(Number.isNaN)) throw withoutTarget(name);
  return target;
};

const withoutTarget = (name: string): StageError =>
  new StageError(`there are rows without a target "${name}"`, `drop them: clean.missing { "${name}": "drop" }`);
