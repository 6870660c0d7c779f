import type { Column, LabelsColumn, TargetScaling, TensorColumn } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { decode } from './decode.ts';
import { columnOf, elementsOf, type LabelData, type Rows, rowCount, type TensorColumnData } from './rows.ts';
import { categoriesOf, numbersOf, withoutTarget } from './target-values.ts';
import { listed } from './words.ts';

/** One of the targets of a data set, and where it stands in a row of `Examples.target`. */
export interface TargetPart {
  readonly name: string;
  /** One of some classes, any number of some labels, one of some tags for each step, a number, or a tensor of numbers. */
  readonly kind: 'classes' | 'labels' | 'tags' | 'number' | 'numbers';
  /** Classes, labels or tags; null where it is made of numbers. */
  readonly classes: readonly string[] | null;
  /** Place of its first element in a row. */
  readonly from: number;
  /** Elements in a row: 1 for a class index or a number; a 0 or 1 for each label; the index of a tag for each step, −1 where there is none; those of the tensor. */
  readonly width: number;
  /** Outputs of a network that are its own. */
  readonly outputs: number;
  /** Of a tensor; of tags [steps]. */
  readonly shape?: readonly number[];
  readonly scaling?: TargetScaling | undefined;
  /** What its loss counts for beside those of other targets; absent: 1. */
  readonly lossWeight?: number;
}

export interface PackedTargets {
  readonly parts: readonly TargetPart[];
  /** [rows, width of all parts]; class indices as floats, which are exact up to 2²⁴. */
  readonly target: Float32Array;
}

/**
 * Targets beside each other, as a model learns them: those of several columns, lists of labels as 0 and 1 for each label,
 * tensors by their elements.
 *
 * @throws StageError where one is of a kind that no model predicts, or a row has none.
 */
export const packTargets = (columns: readonly Column[], rows: readonly Rows[]): PackedTargets => {
  let from = 0;
  const parts = columns.map((column): TargetPart => {
    const part = { ...partOf(column), from };
    from += part.width;
    return part;
  });
  const width = from;
  const count = rows.reduce((sum, part) => sum + rowCount(part), 0);
  const target = new Float32Array(count * width);
  for (const [at, column] of columns.entries()) {
    const part = parts[at]!;
    const values = valuesOf(column, rows, count);
    for (let row = 0; row < count; row += 1) {
      for (let element = 0; element < part.width; element += 1) {
        target[row * width + part.from + element] = values[row * part.width + element]!;
      }
    }
  }
  return { parts, target };
};

const partOf = (column: Column): Omit<TargetPart, 'from'> => {
  const { name } = column;
  switch (column.kind) {
    case 'category':
      return { name, kind: 'classes', classes: column.categories, width: 1, outputs: column.categories.length };
    case 'labels': {
      const { length } = column.categories;
      return { name, kind: 'labels', classes: column.categories, width: length, outputs: length };
    }
    case 'number':
      return { name, kind: 'number', classes: null, width: 1, outputs: 1, scaling: column.scaling };
    case 'tensor': {
      const width = elementsOf(column.shape);
      const { shape, scaling } = column;
      return { name, kind: 'numbers', classes: null, width, outputs: width, shape, scaling };
    }
    default:
      throw new StageError(
        `the target "${name}" is a ${column.kind}, and a model predicts categories, lists of labels, numbers or tensors`,
      );
  }
};

const valuesOf = (column: Column, rows: readonly Rows[], count: number): ArrayLike<number> => {
  const data = rows.map(columnOf(column.name));
  if (column.kind === 'category') return categoriesOf(column, data as LabelData[], count);
  if (column.kind === 'labels') return flagsOf(column, data as LabelData[], count);
  if (column.kind === 'tensor') return elementsIn(column, data as TensorColumnData[], count);
  return numbersOf(column, data as Parameters<typeof numbersOf>[1], count);
};

/** For each row and label, 1 where the row has it: [rows, labels]. */
const flagsOf = ({ name, categories }: LabelsColumn, data: readonly LabelData[], rows: number): Float32Array => {
  const places = new Map(categories.map((label, at) => [label, at]));
  const flags = new Float32Array(rows * categories.length);
  let row = 0;
  for (const { values } of data) {
    for (const list of values) {
      if (list === null) throw withoutTarget(name);
      for (const label of labelsIn(list, name)) {
        const place = places.get(label);
        if (place === undefined) throw new StageError(`the target "${name}" has the label "${label}", which is none of ${listed(categories)}`); // biome-ignore format: one line
        flags[row * categories.length + place] = 1;
      }
      row += 1;
    }
  }
  return flags;
};

/** Rows of a user's own stage may hold anything. */
const labelsIn = (list: string, name: string): readonly string[] => {
  try {
    const labels: unknown = JSON.parse(list);
    if (Array.isArray(labels) && labels.every((label) => typeof label === 'string')) return labels;
  } catch {
    // Said below.
  }
  throw new StageError(`the target "${name}" is to be a JSON array of labels, and a row has ${JSON.stringify(list)}`);
};

const elementsIn = (column: TensorColumn, data: readonly TensorColumnData[], rows: number): Float32Array => {
  const elements = new Float32Array(rows * elementsOf(column.shape));
  let at = 0;
  for (const { values } of data) {
    decode(values, elements.subarray(at, at + values.length), column);
    at += values.length;
  }
  return elements;
};
