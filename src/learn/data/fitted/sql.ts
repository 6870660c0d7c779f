import type { Column } from '../../../types/generated/dataset.ts';
import { named, quoted } from '../duckdb.ts';

/** A float64 as SQL spells it, to the last bit: a plain literal would be a decimal. */
export const double = (value: number): string => `CAST('${value}' AS DOUBLE)`;

/** The value of a column of numbers as a float64. */
export const asDouble = (name: string): string => `CAST(${named(name)} AS DOUBLE)`;

/** An expression, rounded to the type of the column that it becomes. */
export const stored = ({ dtype }: Column, expression: string): string => `CAST(${expression} AS ${types[dtype]})`;

const types: Readonly<Record<Column['dtype'], string>> = {
  uint8: 'UTINYINT',
  int32: 'INTEGER',
  float32: 'FLOAT',
  float64: 'DOUBLE',
  string: 'VARCHAR',
};

/** Labels as a list of SQL literals. */
export const literals = (labels: Iterable<string>): string => [...labels].map(quoted).join(', ');
