import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { firstRow, quoted } from '../duckdb.ts';
import type { SourceFile } from './format.ts';
import type { Cell } from './source.ts';

/** A column of the table `objects`, by its JSON pointer. */
export interface JsonColumn {
  readonly name: string;
  readonly at: string;
}

/** SQL of a cell's list, of what was extracted as JSON: all numbers of JSON are doubles. */
export const listCell = (json: string): NonNullable<Cell['list']> => ({
  value: `TRY_CAST(${json} AS DOUBLE[])`,
  element: 'DOUBLE',
});

/** Whether the array in a row has numbers alone, and some. */
export const hasNumbers = async (connection: DuckDBConnection, { at }: JsonColumn, row: number): Promise<boolean> => {
  const [all] = await firstRow(
    connection,
    `SELECT len(e) > 0 AND len([x for x in e if ${isOther('x')}]) = 0 FROM (SELECT ${elements(at)} AS e FROM objects WHERE rowid = ${row - 1})`,
  );
  return all === true;
};

/** @throws StageError where a cell of a column of lists is none, or has an element that is no number; what is missing is told later. */
export const refuseOtherLists = async (
  connection: DuckDBConnection,
  { name: file }: SourceFile,
  { name, at }: JsonColumn,
): Promise<void> => {
  const [row, type, cell, place, element] = await firstRow(
    connection,
    `SELECT row, type, cell, place, CAST(e[place] AS VARCHAR) FROM (
       SELECT row, type, cell, e, list_position([${isOther('x')} for x in e], true) AS place FROM (
         SELECT rowid + 1 AS row, json_type(json, ${quoted(at)}) AS type, CAST(json_extract(json, ${quoted(at)}) AS VARCHAR) AS cell,
           ${elements(at)} AS e FROM objects))
     WHERE type NOT IN ('ARRAY', 'NULL') OR place > 0 ORDER BY row LIMIT 1`,
  );
  if (row === undefined) return;
  const told = type === 'ARRAY' ? `element ${place} is ${element}, which is no number` : `${cell} is no list`;
  throw new StageError(
    `${file}: row ${row}, column "${name}": ${told}`,
    'a column of lists of numbers has nothing else',
  );
};

const elements = (at: string): string => `TRY_CAST(json_extract(json, ${quoted(at)}) AS JSON[])`;

const isOther = (element: string): string =>
  `coalesce(json_type(${element}) NOT IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE', 'NULL'), false)`;
