import type { DuckDBConnection } from '@duckdb/node-api';
import { firstRow } from '../duckdb.ts';
import { counted, grouped } from '../words.ts';
import { isDate, looksNumeric } from './cells.ts';
import type { Loaded } from './source.ts';

/** Share of the cells that are there from which on a column was meant as one of numbers or dates, and fewest such cells. */
const meant = { share: 0.9, cells: 10 };

/**
 * What to tell of columns that a few cells keep from being numbers or dates, as "?" does where a value is missing: they are
 * texts or categories then, and a target of numbers would be one of classes.
 */
export const nearlyNotices = async (
  connection: DuckDBConnection,
  { table, columns, nearly }: Loaded,
): Promise<string[]> => {
  const notices: string[] = [];
  for (const { name, value, type } of columns) {
    const kind = nearly.get(name);
    if (type !== 'text' || kind === undefined) continue;
    const fits = kind === 'number' ? looksNumeric(value) : isDate(value);
    const counts = `count(${value}), count(*) FILTER (${value} IS NOT NULL AND ${fits})`;
    const [present = 0, fitting = 0] = (await firstRow(connection, `SELECT ${counts} FROM ${table}`)).map(Number);
    if (fitting === present || fitting < meant.cells || fitting / present < meant.share) continue;
    const others = await othersIn(connection, { table, value, fits });
    notices.push(
      `column "${name}" is not one of ${kind}s: ${grouped(fitting)} of ${counted(present, 'cell')} are, and not ${others}; what means that a value is missing belongs in params.missing${kind === 'number' ? ', and of others clean can make numbers (params.map, params.types)' : ''}; if it is right so, say it in params.types`,
    );
  }
  return notices;
};

/** The most frequent cells that do not fit, and how many others there are. */
const othersIn = async (
  connection: DuckDBConnection,
  { table, value, fits }: { readonly table: string; readonly value: string; readonly fits: string },
): Promise<string> => {
  const reader = await connection.runAndReadAll(
    `SELECT left(cell, ${mostCharacters}) || if(length(cell) > ${mostCharacters}, '…', ''), count(*) AS often, count(*) OVER ()
     FROM (SELECT ${value} AS cell, rowid AS place FROM ${table} WHERE ${value} IS NOT NULL AND NOT ${fits})
     GROUP BY cell ORDER BY often DESC, min(place) LIMIT ${mostShown}`,
  );
  const rows = reader.getRows();
  const shown = rows.map(([cell, often]) => `"${cell}" (${grouped(Number(often))})`);
  const more = Number(rows[0]?.[2]) - rows.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`;
};

const mostShown = 3;
const mostCharacters = 40;
