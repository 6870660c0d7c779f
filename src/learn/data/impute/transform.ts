import type { Column, NumberColumn } from '../../../types/generated/dataset.ts';
import type { FittedFill, FittedFilling, FittedImpute, FittedNearest } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { named, quoted } from '../duckdb.ts';
import {
  type Cell,
  type Columns,
  dataOf,
  mapNumbers,
  numbersOf,
  type Output,
  rounding,
  type Transform,
} from '../fitted/output.ts';
import { asDouble, double, stored } from '../fitted/sql.ts';
import type { LabelData } from '../rows.ts';
import { sortLabels } from '../words.ts';
import { nearestFiller } from './nearest.ts';

/**
 * What a fitted imputer does to the columns of a split.
 *
 * @throws StageError where a column is not there, or not of the kind that it had in train.
 */
export const imputing = (
  step: FittedImpute,
  columns: readonly Column[],
  { split }: { readonly split: string },
): Transform => {
  const features = new Map(step.features.map((feature) => [feature.name, feature]));
  for (const name of features.keys()) {
    if (columns.some((column) => column.name === name)) continue;
    throw new StageError(`${split} has no column "${name}", which train has`, 'take it from the same split stage');
  }
  const outputs = columns.flatMap((column): Output[] => {
    const feature = features.get(column.name);
    if (feature === undefined) return [{ way: 'kept', column }];
    return [filled(step, feature, column), ...indicatorOf(feature)];
  });
  return { outputs, checks: { whole: [], known: new Map(), fits: [] } };
};

const filled = (step: FittedImpute, feature: FittedFilling, column: Column): Output => {
  if (column.kind === 'number') {
    return feature.kind === 'fill' ? filledNumber(feature, column) : filledByNearest(step, feature);
  }
  if (feature.kind === 'fill' && column.kind !== 'tensor') return filledLabel(String(feature.value), column);
  throw new StageError(`column "${column.name}" is a ${column.kind}, and was none in train`);
};

const filledNumber = ({ value }: FittedFill, before: NumberColumn): Output => {
  const fill = Number(value);
  const column = holding(before, fill);
  return {
    way: 'sql',
    column,
    reads: [column.name],
    sql: stored(column, `coalesce(${asDouble(column.name)}, ${double(fill)})`),
    compute: (columns) => {
      const round = rounding(column);
      return mapNumbers(columns, column.name, (cell) => (Number.isNaN(cell) ? round(fill) : cell));
    },
  };
};

/** Whole numbers have no room for a mean. */
const holding = (column: NumberColumn, value: number): NumberColumn => {
  const fits =
    column.dtype === 'float64' ||
    column.dtype === 'float32' ||
    (Number.isInteger(value) && (column.dtype === 'int32' || (value >= 0 && value <= 255)));
  return fits ? column : { ...column, dtype: 'float64' };
};

const filledLabel = (value: string, before: Column): Output => ({
  way: 'sql',
  column:
    before.kind === 'category' && !before.categories.includes(value)
      ? { ...before, categories: sortLabels([...before.categories, value]) }
      : before,
  reads: [before.name],
  sql: `coalesce(${named(before.name)}, ${quoted(value)})`,
  compute: (columns) => ({
    kind: 'label',
    values: (dataOf(columns, before.name) as LabelData).values.map((label) => label ?? value),
  }),
});

const filledByNearest = ({ donors }: FittedImpute, { name, fallback }: FittedNearest): Output => {
  if (donors === undefined) throw new StageError(`what was fitted for "${name}" has no rows to fill it from`);
  const target = donors.columns.findIndex((measured) => measured.name === name);
  const fill = nearestFiller(donors, { target, fallback });
  const measured = donors.columns.map(
    (column): NumberColumn => ({ name: column.name, kind: 'number', dtype: 'float64' }),
  );
  return {
    way: 'code',
    column: { name, kind: 'number', dtype: 'float64' },
    reads: [measured[target] as NumberColumn, ...measured],
    where: `${named(name)} IS NULL`,
    number: (_own: Cell, ...row: readonly Cell[]) => fill(row as readonly number[]),
  };
};

const indicatorOf = ({ name, indicator }: FittedFilling): Output[] => {
  if (indicator === undefined) return [];
  const column: NumberColumn = { name: indicator, kind: 'number', dtype: 'uint8' };
  const isMissing = (columns: Columns): Float64Array => {
    const data = dataOf(columns, name);
    if (data.kind === 'number') return numbersOf(columns, name).map((value) => Number(Number.isNaN(value)));
    return Float64Array.from((data as LabelData).values, (label) => Number(label === null));
  };
  return [
    {
      way: 'sql',
      column,
      reads: [name],
      sql: stored(column, `${named(name)} IS NULL`),
      compute: (columns) => ({ kind: 'number', values: isMissing(columns) }),
    },
  ];
};
