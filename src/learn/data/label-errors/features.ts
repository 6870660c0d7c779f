import { StageError } from '../../error.ts';
import type { SparseMatrix } from '../../linear/features.ts';
import type { Matrix } from '../../matrix.ts';
import { bagOfWords } from '../../scaling/hashed.ts';
import { spreadOf } from '../../statistics/spread.ts';
import type { Column, DatasetManifest } from '../dataset.ts';
import { columnOf, type LabelData, type NumberData, type Rows, type TensorColumnData } from '../rows.ts';
import { isTarget } from '../targets.ts';
import { listed } from '../words.ts';

/** Columns that words are hashed into, for each column of texts. */
const wordColumns = 2 ** 14;

/** Sides of an image after it is made smaller, at most. */
const smallSide = 7;

type TensorColumn = Extract<Column, { kind: 'tensor' }>;

/** The only feature, where it is an image: a tensor of 2 or 3 axes. */
export const imageOf = ({ columns, target }: DatasetManifest): TensorColumn | null => {
  const features = columns.filter(({ name }) => !isTarget(target, name));
  const tensors = features.filter((column) => column.kind === 'tensor');
  if (tensors.length === 0) return null;
  if (features.length === 1 && tensors[0]!.shape.length >= 2 && tensors[0]!.shape.length <= 3) return tensors[0]!;
  throw new StageError(
    `label-errors looks at one image, or at columns without tensors; there are ${listed(features.map(({ name }) => name))}`,
    'choose the columns in ingest (params.columns)',
  );
};

/** Images of at most 7 × 7 pixels: means over squares; channels stay. [rows, height × width × channels] */
export const smallImages = ({ shape, values }: TensorColumnData): Matrix => {
  const [height, width, channels = 1] = shape as [number, number, number?];
  const block = Math.ceil(Math.max(height, width) / smallSide);
  const [high, wide] = [Math.ceil(height / block), Math.ceil(width / block)];
  const columns = high * wide * channels;
  const size = height * width * channels;
  const placeOf = (at: number): number => {
    const [y, x] = [Math.floor(at / (width * channels)), Math.floor(at / channels) % width];
    return (Math.floor(y / block) * wide + Math.floor(x / block)) * channels + (at % channels);
  };
  const rows = values.length / size;
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(columns);
  for (let at = 0; at < size; at += 1) counts[placeOf(at)]! += 1;
  for (let row = 0; row < rows; row += 1)
    for (let at = 0; at < size; at += 1) sums[row * columns + placeOf(at)]! += values[row * size + at]!;
  return { values: Float32Array.from(sums, (sum, at) => sum / counts[at % columns]!), rows, columns };
};

/**
 * All features of a table side by side: numbers with mean 0 and deviation 1 (a missing one is 0, the mean), a column
 * for each category, words hashed into 16,384 columns for each text.
 */
export const tableFeatures = ({ columns, target }: DatasetManifest, rows: Rows): SparseMatrix => {
  const count = rows.ids.length;
  const parts = columns.flatMap((column): Part[] => {
    if (isTarget(target, column.name) || column.kind === 'tensor') return [];
    const data = columnOf(column.name)(rows) as NumberData | LabelData;
    if (data.kind === 'number') return [numberPart(data)];
    return [column.kind === 'category' ? categoryPart(data, column.categories) : textPart(data)];
  });
  const starts = new Uint32Array(count + 1);
  const [indices, values]: [number[], number[]] = [[], []];
  for (let row = 0; row < count; row += 1) {
    let base = 0;
    for (const { columns: width, each } of parts) {
      each(row, (column, value) => {
        indices.push(base + column);
        values.push(value);
      });
      base += width;
    }
    starts[row + 1] = indices.length;
  }
  const width = parts.reduce((sum, part) => sum + part.columns, 0);
  return { starts, indices: Uint32Array.from(indices), values: Float64Array.from(values), rows: count, columns: width };
};

/** The features that come of one column. */
interface Part {
  readonly columns: number;
  readonly each: (row: number, put: (column: number, value: number) => void) => void;
}

const numberPart = ({ values }: NumberData): Part => {
  const { mean, sd } = spreadOf(values);
  return {
    columns: 1,
    each: (row, put) => {
      const value = values[row]!;
      if (!Number.isNaN(value) && sd > 0 && value !== mean) put(0, (value - mean) / sd);
    },
  };
};

const categoryPart = ({ values }: LabelData, categories: readonly string[]): Part => {
  const places = new Map(categories.map((label, place) => [label, place]));
  return {
    columns: categories.length,
    each: (row, put) => {
      const place = places.get(values[row] ?? '');
      if (values[row] !== null && place !== undefined) put(place, 1);
    },
  };
};

const textPart = ({ values }: LabelData): Part => {
  const bag = bagOfWords(
    values.map((text) => text ?? ''),
    wordColumns,
  );
  return {
    columns: wordColumns,
    each: (row, put) => {
      for (let at = bag.starts[row]!; at < bag.starts[row + 1]!; at += 1) put(bag.indices[at]!, bag.values[at]!);
    },
  };
};

/** Every value in its place, zeros too. */
export const dense = ({ starts, indices, values, rows, columns }: SparseMatrix): Matrix => {
  const all = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row += 1)
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) all[row * columns + indices[at]!] = values[at]!;
  return { values: all, rows, columns };
};
