import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnSummary } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import type { Column } from '../dataset.ts';
import { firstRow } from '../duckdb.ts';
import { counted, sortLabels } from '../words.ts';
import { looksNumeric, numberOf } from './cells.ts';
import type { AskedKind, IngestParams } from './params.ts';

/** A column of the source with what was decided and found about it. */
export interface Field {
  /** Its place in the source. */
  readonly index: number;
  readonly column: Column;
  readonly summary: ColumnSummary;
}

interface Context {
  readonly file: string;
  readonly rows: number;
  readonly params: IngestParams;
}

interface Place {
  readonly name: string;
  readonly index: number;
}

/**
 * Decides the kind of each column from all of its cells, never from a sample:
 *
 * - number, where every cell that is not missing is a number;
 * - else category, where there are at most 100 different texts and each occurs twice on average, or it is the target;
 * - else text.
 *
 * @throws StageError with row and column where a number is not finite, or a cell is not of the kind asked for.
 */
export const inferFields = async (
  connection: DuckDBConnection,
  places: readonly Place[],
  context: Context,
): Promise<Field[]> => {
  const fields: Field[] = [];
  for (const place of places) fields.push(await inferField(connection, place, context));
  return fields;
};

/** Different texts that a category may have. */
const mostCategories = 100;

const inferField = async (connection: DuckDBConnection, place: Place, context: Context): Promise<Field> => {
  const { name, index } = place;
  const asked = own(context.params.types, name);
  const found = await countCells(connection, index);
  const missing = context.rows - found.present;
  const kind = asked ?? kindOf(found, name === context.params.target);
  switch (kind) {
    case 'number': {
      await refuseOthers(connection, place, { context, asked });
      const { min, max, distinct } = await range(connection, index);
      return {
        index,
        column: { name, kind, dtype: 'float64' },
        summary: { name, kind, missing, distinct, min, max },
      };
    }
    case 'category': {
      const categories = await labelsOf(connection, index);
      return {
        index,
        column: { name, kind, dtype: 'string', categories: categories.map(({ label }) => label) },
        summary: { name, kind, missing, distinct: categories.length, categories },
      };
    }
    case 'text':
      return {
        index,
        column: { name, kind, dtype: 'string' },
        summary: { name, kind, missing, distinct: found.distinct, ...(await lengths(connection, index)) },
      };
  }
};

interface Found {
  readonly present: number;
  readonly numbers: number;
  readonly distinct: number;
}

const countCells = async (connection: DuckDBConnection, index: number): Promise<Found> => {
  const cell = `c${index}`;
  const [present, numbers, distinct] = await firstRow(
    connection,
    `SELECT count(${cell}), count(*) FILTER (${cell} IS NOT NULL AND n${index}), count(DISTINCT ${cell}) FROM cells`,
  );
  return { present: Number(present), numbers: Number(numbers), distinct: Number(distinct) };
};

const kindOf = ({ present, numbers, distinct }: Found, isTarget: boolean): AskedKind => {
  if (present > 0 && numbers === present) return 'number';
  if (isTarget) return 'category';
  return distinct > 0 && distinct <= mostCategories && distinct * 2 <= present ? 'category' : 'text';
};

/** The first cell, if any, that is no finite number. */
const refuseOthers = async (
  connection: DuckDBConnection,
  { name, index }: Place,
  { context, asked }: { context: Context; asked: AskedKind | undefined },
): Promise<void> => {
  const cell = `c${index}`;
  const wrong = `NOT ${looksNumeric(cell)} OR NOT isfinite(${numberOf(cell)})`;
  const [row, text, count] = await firstRow(
    connection,
    `SELECT rowid + 1, ${cell}, count(*) OVER () FROM cells WHERE ${cell} IS NOT NULL AND (${wrong}) ORDER BY rowid LIMIT 1`,
  );
  if (row === undefined) return;
  const others = count === 1n ? '' : ` (${counted(Number(count), 'such cell')} in all)`;
  const what =
    asked === 'number'
      ? `"${text}" is no finite number, and params.types asks for one`
      : `"${text}" is no finite number`;
  throw new StageError(
    `${context.file}: row ${row}, column "${name}": ${what}${others}`,
    `if it means that the value is missing, add it to params.missing`,
  );
};

const range = async (
  connection: DuckDBConnection,
  index: number,
): Promise<{ min: number | null; max: number | null; distinct: number }> => {
  const value = numberOf(`c${index}`);
  const [min, max, distinct] = await firstRow(
    connection,
    `SELECT min(${value}), max(${value}), count(DISTINCT ${value}) FROM cells`,
  );
  return { min: min as number | null, max: max as number | null, distinct: Number(distinct) };
};

const labelsOf = async (connection: DuckDBConnection, index: number): Promise<{ label: string; rows: number }[]> => {
  const found = await connection.runAndReadAll(
    `SELECT c${index}, count(*) FROM cells WHERE c${index} IS NOT NULL GROUP BY ALL`,
  );
  const rows = new Map(found.getRows().map(([label, count]) => [String(label), Number(count)]));
  return sortLabels(rows.keys()).map((label) => ({ label, rows: rows.get(label) as number }));
};

const lengths = async (
  connection: DuckDBConnection,
  index: number,
): Promise<{ shortest: number | null; longest: number | null }> => {
  const [shortest, longest] = await firstRow(
    connection,
    `SELECT min(length(c${index})), max(length(c${index})) FROM cells`,
  );
  return { shortest: asNumber(shortest), longest: asNumber(longest) };
};

const asNumber = (value: unknown): number | null => (value === null ? null : Number(value));
