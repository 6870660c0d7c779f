import type { DuckDBConnection } from '@duckdb/node-api';
import { firstRow } from '../duckdb.ts';
import { counted } from '../words.ts';
import { isLossy, looksNumeric } from './cells.ts';
import { type Loaded, placeOf } from './source.ts';

/** What to tell of the columns that are no numbers only because a double would not keep all of them. */
export const lossyNotices = async (connection: DuckDBConnection, loaded: Loaded): Promise<string[]> => {
  const notices: string[] = [];
  const doubtful = new Set(loaded.lossy);
  for (const { name, value, type } of loaded.columns.filter((column) => doubtful.has(column.name))) {
    if (type !== 'text') continue;
    const [numeric, count, row, text] = await firstRow(
      connection,
      `SELECT bool_and(${value} IS NULL OR ${looksNumeric(value)}), count(*) FILTER (lossy), min(place) FILTER (lossy), arg_min(${value}, place) FILTER (lossy)
       FROM (SELECT ${value}, rowid AS place, ${isLossy(value)} AS lossy FROM ${loaded.table})`,
    );
    if (numeric !== true || Number(count) === 0) continue;
    notices.push(
      `column "${name}" is not one of numbers: ${placeOf(loaded, Number(row))}: "${text}" would not be kept (${counted(Number(count), 'such cell')}); where leading zeros or last digits mean nothing, clean can make numbers of it (params.types)`,
    );
  }
  return notices;
};
