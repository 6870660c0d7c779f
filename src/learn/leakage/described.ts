import type { Column } from '../data/dataset.ts';
import { columnOf, elementsOf, type TensorColumnData } from '../data/rows.ts';
import type { Split } from './splits.ts';

/** A column of a split as tests take it: missing values are left out; of images, their mean and their contrast. */
export type Described =
  | { readonly name: string; readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'labels'; readonly values: readonly string[] };

/** The columns of a split, the target among them; texts are not described, but for their lengths. */
export const describedColumns = (split: Split): Described[] =>
  split.rows === null ? [] : split.dataset.manifest.columns.flatMap((column) => describe(column, split));

const describe = (column: Column, { rows }: Split): Described[] => {
  const data = columnOf(column.name)(rows!);
  if (data.kind === 'number')
    return [{ name: column.name, kind: 'numbers', values: data.values.filter((value) => !Number.isNaN(value)) }];
  if (data.kind === 'tensor') return describeTensors(column.name, data);
  const present = data.values.filter((value) => value !== null);
  if (column.kind === 'category' || column.kind === 'labels')
    return [{ name: column.name, kind: 'labels', values: present }];
  return [
    { name: `length of ${column.name}`, kind: 'numbers', values: Float64Array.from(present, ({ length }) => length) },
  ];
};

const describeTensors = (name: string, { shape, values }: TensorColumnData): Described[] => {
  const size = elementsOf(shape);
  const rows = values.length / size;
  const means = new Float64Array(rows);
  const deviations = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let [sum, squares] = [0, 0];
    for (let at = row * size; at < (row + 1) * size; at += 1) {
      const value = values[at] as number;
      sum += value;
      squares += value * value;
    }
    means[row] = sum / size;
    deviations[row] = Math.sqrt(Math.max(0, squares / size - (sum / size) ** 2));
  }
  return [
    { name: `mean of ${name}`, kind: 'numbers', values: means },
    { name: `contrast of ${name}`, kind: 'numbers', values: deviations },
  ];
};
