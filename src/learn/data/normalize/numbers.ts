import type { NumberColumn } from '../../../types/generated/dataset.ts';
import type { FittedNumber, FittedQuantiles } from '../../../types/generated/fitted.ts';
import { mapNumbers, numbersOf, type Output } from '../fitted/output.ts';
import { asDouble, double, stored } from '../fitted/sql.ts';
import { placeAmong } from './quantile.ts';

/** The column that comes of a column of numbers: (value - center) / divisor, in float64, rounded to float32. */
export const linearOutput = (
  { name, center, divisor }: { readonly name: string; readonly center: number; readonly divisor: number },
  column: NumberColumn = floats(name),
): Output => ({
  way: 'sql',
  column,
  reads: [name],
  sql: stored(column, `(${asDouble(name)} - ${double(center)}) / ${double(divisor)}`),
  compute: (columns) => mapNumbers(columns, name, (value) => Math.fround((value - center) / divisor)),
});

/** @param group names of all columns whose vector gets length 1 together. */
export const numberOutput = (feature: FittedNumber, group: readonly string[]): Output => {
  if (feature.method === 'log1p') return log1pOutput(feature.name);
  return feature.method === 'l2' ? unitOutput(feature.name, group) : linearOutput(feature);
};

/** log(1 + value): exact near 0, which no SQL function is. */
export const log1pOutput = (name: string, column: NumberColumn = floats(name)): Output => ({
  way: 'code',
  column,
  reads: [doubles(name)],
  number: (value) => Math.log1p(value as number),
});

export const quantileOutput = ({ name, quantiles, output }: FittedQuantiles): Output => {
  const place = placeAmong(quantiles, output);
  return { way: 'code', column: floats(name), reads: [doubles(name)], number: (value) => place(value as number) };
};

/** value / √(a² + b² + …), squares added in the order of the columns; a row of zeros stays one. */
const unitOutput = (name: string, group: readonly string[]): Output => {
  const column = floats(name);
  const length = `sqrt(${group.map((other) => `${asDouble(other)} * ${asDouble(other)}`).join(' + ')})`;
  return {
    way: 'sql',
    column,
    reads: [...new Set([name, ...group])],
    sql: stored(column, `CASE WHEN ${length} = 0 THEN 0 ELSE ${asDouble(name)} / ${length} END`),
    compute: (columns) => {
      const all = group.map((other) => numbersOf(columns, other));
      const values = numbersOf(columns, name).map((value, row) => {
        const squares = all.reduce((sum, each) => sum + (each[row] as number) * (each[row] as number), 0);
        const norm = Math.sqrt(squares);
        return norm === 0 ? 0 : Math.fround(value / norm);
      });
      return { kind: 'number', values };
    },
  };
};

export const floats = (name: string): NumberColumn => ({ name, kind: 'number', dtype: 'float32' });
const doubles = (name: string): NumberColumn => ({ name, kind: 'number', dtype: 'float64' });
