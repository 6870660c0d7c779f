import { StageError } from '../../error.ts';
import { decode } from '../examples.ts';
import { columnOf, type NumberData, type Rows, rowCount, type TensorColumnData } from '../rows.ts';
import { type Layout, widthOf } from './layout.ts';

/** Rows as steps of a series. */
export interface Steps {
  /** [rows × width] */
  readonly features: Float32Array;
  /** The target where it is a number, else zeros. */
  readonly target: Float64Array;
}

/** @throws StageError where a feature is missing. */
export const stepsOf = (rows: Rows, { features: columns, width, target }: Layout, split: string): Steps => {
  const features = new Float32Array(rowCount(rows) * width);
  let from = 0;
  for (const column of columns) {
    const size = widthOf(column);
    const values = valuesOf(rows, column);
    values.forEach((value, at) => {
      const row = Math.floor(at / size);
      if (Number.isNaN(value)) throw missing(split, column.name, rows.ids[row] as string);
      features[row * width + from + (at % size)] = value;
    });
    from += size;
  }
  const data = columnOf(target.name)(rows);
  return { features, target: data.kind === 'number' ? data.values : new Float64Array(rowCount(rows)) };
};

export const noSteps: Steps = { features: new Float32Array(0), target: new Float64Array(0) };

const valuesOf = (rows: Rows, column: Layout['features'][number]): Float32Array => {
  const data = columnOf(column.name)(rows) as NumberData | TensorColumnData;
  const values = Float32Array.from(data.values);
  if (column.kind === 'tensor') decode((data as TensorColumnData).values, values, column);
  return values;
};

const missing = (split: string, column: string, id: string): StageError =>
  new StageError(`${split}: "${column}" is missing in row ${id}, and each row is a step`, 'put an impute stage before');

export const joined = (a: Steps, b: Steps): Steps => {
  const features = new Float32Array(a.features.length + b.features.length);
  features.set(a.features);
  features.set(b.features, a.features.length);
  const target = new Float64Array(a.target.length + b.target.length);
  target.set(a.target);
  target.set(b.target, a.target.length);
  return { features, target };
};

export const lastOf = ({ features, target }: Steps, rows: number, { width }: Layout): Steps => {
  const from = Math.max(0, target.length - rows);
  return { features: features.slice(from * width), target: target.slice(from) };
};

/** Windows that begin at these steps: a tensor [steps, width] each. */
export const windowsOfSteps = (
  { features }: Pick<Steps, 'features'>,
  firsts: readonly number[],
  { steps, width }: { readonly steps: number; readonly width: number },
): TensorColumnData => {
  const size = steps * width;
  const values = new Float32Array(firsts.length * size);
  firsts.forEach((first, at) => {
    values.set(features.subarray(first * width, first * width + size), at * size);
  });
  return { kind: 'tensor', shape: [steps, width], values };
};
