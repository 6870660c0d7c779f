import type { Dataset } from '../dataset.ts';
import { firstRow, named, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { asDouble } from './sql.ts';

/**
 * Quantiles of a column of numbers, missing values aside: between two values linearly, as NumPy's default.
 *
 * @param at probabilities from 0 to 1.
 */
export const quantilesOf = (dataset: Dataset, name: string, at: readonly number[]): Promise<number[]> =>
  withConnection(async (connection) => {
    const points = at.map((point) => `'${point}'::DOUBLE`).join(', ');
    const sql = `SELECT unnest(quantile_cont(${asDouble(name)}, [${points}])) FROM ${scanAll(dataset)}`;
    return (await connection.runAndReadAll(sql)).getRows().map(([value]) => value as number);
  });

/** How many rows have each value of a column, missing ones aside, in no order. */
export const valueCounts = (dataset: Dataset, name: string): Promise<Map<string | number, number>> =>
  withConnection(async (connection) => {
    const sql = `SELECT ${named(name)}, count(*) FROM ${scanAll(dataset)} WHERE ${named(name)} IS NOT NULL GROUP BY 1`;
    const rows = (await connection.runAndReadAll(sql)).getRows();
    return new Map(rows.map(([value, count]) => [value as string | number, Number(count)]));
  });

/** How many rows have no value, by column. */
export const missingIn = async (dataset: Dataset, names: readonly string[]): Promise<Map<string, number>> => {
  if (dataset.manifest.rows === 0 || names.length === 0) return new Map(names.map((name) => [name, 0]));
  const counts = names.map((name) => `count(*) FILTER (${named(name)} IS NULL)`);
  const sql = `SELECT ${counts.join(', ')} FROM ${scanAll(dataset)}`;
  const row = await withConnection((connection) => firstRow(connection, sql));
  return new Map(names.map((name, index) => [name, Number(row[index])]));
};
