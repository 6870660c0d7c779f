import type { DuckDBConnection } from '@duckdb/node-api';
import { firstRow } from '../duckdb.ts';
import { columnsAtOnce, type Extremes, type LoadedColumn } from './source.ts';

/** Looks at all rows of a loaded table once, for all of its columns. */
export const extremesOf = async (
  connection: DuckDBConnection,
  { table, columns }: { readonly table: string; readonly columns: readonly LoadedColumn[] },
): Promise<Extremes[]> => {
  const found: Extremes[] = [];
  for (let from = 0; from < columns.length; from += columnsAtOnce)
    found.push(...(await extremesOfPart(connection, table, columns.slice(from, from + columnsAtOnce))));
  return found;
};

const extremesOfPart = async (
  connection: DuckDBConnection,
  table: string,
  columns: readonly LoadedColumn[],
): Promise<Extremes[]> => {
  const found = await firstRow(connection, `SELECT ${columns.map(asked).join(', ')} FROM ${table}`);
  return columns.map((_, index) => {
    const [present, min, max] = found.slice(3 * index, 3 * index + 3);
    return {
      present: Number(present),
      min: min === null ? null : Number(min),
      max: max === null ? null : Number(max),
    };
  });
};

const asked = ({ value, type }: LoadedColumn): string => {
  const size = type === 'number' ? value : `length(${value})`;
  return `count(${value}), min(${size}), max(${size})`;
};

/** Whether some number is NaN or infinite. */
export const hasInfinite = ({ min, max }: Extremes): boolean =>
  (min !== null && !Number.isFinite(min)) || (max !== null && !Number.isFinite(max));

/** Whether some number is as large as those that can have lost digits, NaN aside. */
export const hasLarge = ({ min, max }: Extremes): boolean =>
  [min, max].some((bound) => bound !== null && Math.abs(bound) >= Number.MAX_SAFE_INTEGER);
