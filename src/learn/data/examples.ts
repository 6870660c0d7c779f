import type {
  AugmentPolicy,
  CategoryColumn,
  Column,
  DatasetManifest,
  TensorColumn,
} from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { columnOf, elementsOf, type LabelData, type NumberData, type Rows, type TensorColumnData } from './rows.ts';

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
    featureNames: featureColumns.map(({ name }) => name),
    ...(only?.kind === 'tensor' && featureColumns.length === 1
      ? tensorFeatures(only, parts, manifest.rows)
      : numericFeatures(featureColumns, parts, manifest.rows)),
    target: target === undefined ? new Float32Array(0) : targetOf(target, parts, manifest.rows),
    targetName: manifest.target,
    classes: target?.kind === 'category' ? target.categories : null,
    augment: manifest.augment ?? null,
  };
};

/**
 * Decodes stored elements into floats: stored × scale + offset, each step rounded to float32.
 *
 * @param into as long as `stored`.
 */
export const decode = (stored: TensorColumnData['values'], into: Float32Array, { encoding }: TensorColumn): void => {
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
  const width = columns.length;
  if (width === 0) throw new StageError('the data set has no features: its only column is the target');
  const features = new Float32Array(rows * width);
  columns.forEach(({ name }, index) => {
    let at = index;
    for (const part of parts) {
      for (const value of (columnOf(name)(part) as NumberData).values) {
        features[at] = value;
        at += width;
      }
    }
  });
  refuseMissing(columns, features);
  return { featureShape: [width], features };
};

const refuseOther = ({ name, kind }: Column): void => {
  if (kind === 'number') return;
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

const refuseMissing = (columns: readonly Column[], features: Float32Array): void => {
  const at = features.findIndex(Number.isNaN);
  if (at < 0) return;
  const name = columns[at % columns.length]?.name;
  throw new StageError(`feature "${name}" has missing values`, 'say in clean.missing what becomes of such rows');
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
