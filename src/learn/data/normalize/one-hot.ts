import type { FittedCategory } from '../../../types/generated/fitted.ts';
import type { Column } from '../dataset.ts';
import type { LabelData, NumberData } from '../rows.ts';

/** The columns of a category: one for each label that train has, 1 where the row has it, else 0. */
export const oneHot = (
  { categories }: FittedCategory,
  { values }: LabelData,
): readonly (readonly [string, NumberData])[] =>
  categories.map(({ label, column }) => [
    column,
    { kind: 'number', values: Float64Array.from(values, (value) => Number(value === label)) },
  ]);

/** What the manifest says of these columns. */
export const oneHotColumns = ({ categories }: FittedCategory): Column[] =>
  categories.map(({ column }) => ({ name: column, kind: 'number', dtype: 'uint8' }));

/** How many labels train does not have. */
export const countUnknown = ({ categories }: FittedCategory, { values }: LabelData): number => {
  const known = new Set<string | null>(categories.map(({ label }) => label));
  return values.filter((value) => value !== null && !known.has(value)).length;
};
