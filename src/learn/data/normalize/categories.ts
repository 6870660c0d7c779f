import { createHash } from 'node:crypto';
import type { NumberColumn } from '../../../types/generated/dataset.ts';
import type { FittedCategory } from '../../../types/generated/fitted.ts';
import { named } from '../duckdb.ts';
import { type Columns, dataOf, type Output } from '../fitted/output.ts';
import { literals, stored } from '../fitted/sql.ts';
import { placeIn } from '../label-places.ts';
import type { ColumnData, LabelData } from '../rows.ts';

/** The columns that come of a category. */
export const categoryOutputs = (feature: FittedCategory): Output[] => {
  switch (feature.method) {
    case 'one-hot':
      return oneHot(feature);
    case 'ordinal':
      return [ordinal(feature)];
    case 'hashed':
      return feature.columns.map((column, index) => bucket(feature, column, index));
  }
};

/** The bucket of a label: the first 8 hexadecimal digits of its sha256, as a number, modulo the number of buckets. */
export const bucketOf = (label: string, buckets: number): number =>
  Number.parseInt(createHash('sha256').update(label).digest('hex').slice(0, 8), 16) % buckets;

/**
 * One column for each label that train has; in the last one, if any, those that are rare or unknown. The place of a label
 * among train's is looked up once for all of them: to compare places is faster than to compare texts.
 */
const oneHot = ({ name, categories, rare }: FittedCategory): Output[] => {
  const labels = categories.map(({ label }) => label);
  const known = new Set<string | null>(labels);
  const given = [`__place ${name}`, placeIn(named(name), labels)] as const;
  const columns = categories.map(({ label, column }, place) =>
    flagOf(name, column as string, { given, sql: `${named(given[0])} = ${place}`, is: (value) => value === label }),
  );
  if (rare === undefined) return columns;
  const others = { given, sql: `${named(given[0])} = -1`, is: (value: string | null) => !known.has(value) };
  return [...columns, flagOf(name, rare.column as string, others)];
};

const ordinal = ({ name, categories, rare }: FittedCategory): Output => {
  const labels = categories.map(({ label }) => label);
  const unknown = rare === undefined ? -1 : labels.length;
  const indices = new Map<string | null, number>(labels.map((label, index) => [label, index]));
  const column: NumberColumn = { name, kind: 'number', dtype: 'int32' };
  const position = `list_position([${literals(labels)}]::VARCHAR[], ${named(name)})`;
  return {
    way: 'sql',
    column,
    reads: [name],
    sql: stored(column, `coalesce(nullif(${position}, 0) - 1, ${unknown})`),
    compute: (columns) => numbers(columns, name, (value) => indices.get(value) ?? unknown),
  };
};

const bucket = ({ name, columns: { length } }: FittedCategory, column: string, index: number): Output =>
  flagOf(name, column, {
    sql: `CAST('0x' || left(sha256(${named(name)}), 8) AS UINTEGER) % ${length} = ${index}`,
    is: (value) => value !== null && bucketOf(value, length) === index,
  });

interface Condition {
  /** A column that the condition needs: its name, and SQL. */
  readonly given?: readonly [name: string, sql: string];
  readonly sql: string;
  readonly is: (label: string | null) => boolean;
}

const flagOf = (name: string, target: string, { given, sql, is }: Condition): Output => {
  const column: NumberColumn = { name: target, kind: 'number', dtype: 'uint8' };
  return {
    way: 'sql',
    column,
    reads: [name],
    sql: stored(column, sql),
    ...(given === undefined ? {} : { given }),
    compute: (columns) => numbers(columns, name, (value) => Number(is(value))),
  };
};

const numbers = (columns: Columns, name: string, change: (label: string | null) => number): ColumnData => ({
  kind: 'number',
  values: Float64Array.from((dataOf(columns, name) as LabelData).values, change),
});
