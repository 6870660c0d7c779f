import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { firstRow } from '../duckdb.ts';
import { counted } from '../words.ts';
import type { Field } from './infer.ts';
import type { Loaded } from './source.ts';

/** The field of a column that is there: `keptColumns` has seen to it. */
export const fieldNamed = (fields: readonly Field[], name: string): Field =>
  fields.find(({ column }) => column.name === name) as Field;

/**
 * Sees to it that a column can say what rows count for: numbers from 0 on, one for each row, and not all of them 0.
 *
 * @throws StageError where it cannot: what a row counts for is not to be guessed.
 */
export const refuseWeights = async (
  connection: DuckDBConnection,
  { table, files }: Loaded,
  { value, column: { name, kind } }: Field,
): Promise<void> => {
  const place = `${files[0]?.file.name}, column "${name}"`;
  if (kind !== 'number') {
    throw new StageError(
      `${place} is a ${kind}, and params.weight needs numbers`,
      'name a column that says what each row counts for',
    );
  }
  const counts = [`${value} IS NULL`, `${value} < 0`, `${value} > 0`].map((test) => `count(*) FILTER (${test})`);
  const found = await firstRow(connection, `SELECT ${counts.join(', ')} FROM ${table}`);
  const [missing, negative, above] = found.map(Number) as [number, number, number];
  const hint = 'a weight is a number from 0 on; correct the source, or leave out params.weight';
  if (missing > 0) throw new StageError(`${place}: ${counted(missing, 'row')} without a weight`, hint);
  if (negative > 0) throw new StageError(`${place}: ${counted(negative, 'row')} with a weight below 0`, hint);
  if (above === 0) throw new StageError(`${place}: all weights are 0, so that no row counts`, hint);
};
