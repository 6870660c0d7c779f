import type { CategoryColumn, Column } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import type { LabelData, NumberData } from './rows.ts';

/**
 * The class indices of a target of categories, [rows].
 *
 * @throws StageError where a row has none.
 */
export const categoriesOf = (
  { name, categories }: CategoryColumn,
  data: readonly LabelData[],
  rows: number,
): Int32Array => {
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

/**
 * The values of a target of numbers, [rows].
 *
 * @throws StageError where a row has none.
 */
export const numbersOf = ({ name }: Column, data: readonly NumberData[], rows: number): Float32Array => {
  const target = new Float32Array(rows);
  let at = 0;
  for (const { values } of data) {
    target.set(values, at);
    at += values.length;
  }
  if (target.some(Number.isNaN)) throw withoutTarget(name);
  return target;
};

export const withoutTarget = (name: string): StageError =>
  new StageError(`there are rows without a target "${name}"`, `drop them: clean.missing { "${name}": "drop" }`);
