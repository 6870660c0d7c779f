import type { DuckDBConnection } from '@duckdb/node-api';
import type { RowAnswer, RowOrder, RowOrigin, RowPlace } from '../../../types/row-program.ts';
import { firstRow, named, quoted, withConnection } from '../duckdb.ts';
import { idOf, type OpenOut, openOut } from './open-out.ts';

/**
 * Finds an example in all data sets and tables that name it: where it came from, where it stands in each, and what
 * tables say of it. A stage's copies of it (`…+1`) are found with it; of a copy that is asked for, it alone.
 */
export const findRow = ({ asked, outs }: RowOrder): Promise<RowAnswer> =>
  withConnection(async (connection) => {
    const opened: OpenOut[] = [];
    for (const out of outs) opened.push(await openOut(connection, out));
    if ('row' in asked) {
      const found = await idAt(connection, opened, asked);
      return 'message' in found ? { type: 'none', ...found } : answerFor(connection, opened, found.id);
    }
    const ids = await idsLike(connection, opened, asked.id);
    const [id] = ids;
    if (id === undefined)
      return {
        type: 'none',
        message: `no example has an id, and no record knows a digest, that is or begins with ${asked.id}`,
      };
    return ids.length > 1 ? { type: 'several', ids } : answerFor(connection, opened, id);
  });

type AskedPlace = Extract<RowOrder['asked'], { row: number }>;

const idAt = async (
  connection: DuckDBConnection,
  opened: readonly OpenOut[],
  { stage, out, row }: AskedPlace,
): Promise<{ readonly id: string } | { readonly message: string }> => {
  const name = `${stage}.${out}`;
  const table = opened.find((each) => each.stage === stage && each.out === out);
  if (table?.idColumn === undefined || table.from === null) {
    return { message: `${name} ${table?.from === null ? 'has no rows' : 'names no examples'}` };
  }
  if (row > table.rows) return { message: `${name} has ${table.rows} rows, and row ${row} is asked for` };
  const [id] = await firstRow(connection, `SELECT ${idOf(table)} FROM ${table.from} WHERE __row = ${row}`);
  return { id: String(id) };
};

/** Whole ids of examples, of which there may be several for a beginning: ten at most, sorted. */
const idsLike = async (connection: DuckDBConnection, opened: readonly OpenOut[], text: string): Promise<string[]> => {
  const ids = new Set<string>();
  const whole = /^[0-9a-f]{32}-\d+(\+\d+)?$/.test(text);
  for (const table of opened) {
    if (table.type !== 'dataset' || table.from === null) continue;
    const test = whole ? `${idOf(table)} = ${quoted(text)}` : `starts_with(${idOf(table)}, ${quoted(text)})`;
    // Without its copies: whoever means one of these says so.
    const id = whole || text.includes('+') ? idOf(table) : `split_part(${idOf(table)}, '+', 1)`;
    const found = await connection.runAndReadAll(
      `SELECT DISTINCT ${id} AS id FROM ${table.from} WHERE ${test} ORDER BY id LIMIT ${mostIds}`,
    );
    for (const [each] of found.getRows()) ids.add(String(each));
  }
  return [...ids].sort().slice(0, mostIds);
};

const mostIds = 10;

const answerFor = async (
  connection: DuckDBConnection,
  opened: readonly OpenOut[],
  id: string,
): Promise<Extract<RowAnswer, { type: 'found' }>> => {
  const places: RowPlace[] = [];
  for (const table of opened) places.push(...(await placesIn(connection, table, id)));
  return { type: 'found', id, origin: await originOf(connection, opened, places), places };
};

const placesIn = async (connection: DuckDBConnection, table: OpenOut, id: string): Promise<RowPlace[]> => {
  if (table.idColumn === undefined || table.from === null) return [];
  const { stage, out, type, rows, names, from, idColumn } = table;
  const [base = ''] = id.split('+');
  const isCopy = id !== base;
  const test = isCopy
    ? `${idOf(table)} IN (${quoted(base)}, ${quoted(id)})`
    : `(${idOf(table)} = ${quoted(base)} OR starts_with(${idOf(table)}, ${quoted(`${base}+`)}))`;
  const said = type === 'table' ? names.filter((name) => name !== idColumn) : [];
  const columns = ['__row', idOf(table), ...said.map(named)];
  const found = await connection.runAndReadAll(
    `SELECT ${columns.join(', ')} FROM ${from} WHERE ${test} ORDER BY __row`,
  );
  return found.getRows().map(
    ([row, own, ...values]): RowPlace => ({
      ...{ stage, out, id: String(own), row: Number(row), rows },
      ...(type === 'table' && { says: Object.fromEntries(said.map((name, at) => [name, plain(values[at])])) }),
    }),
  );
};

const plain = (value: unknown): string | number | null => {
  if (value === null || value === undefined || typeof value === 'number') return value ?? null;
  return typeof value === 'bigint' ? Number(value) : String(value);
};

/** By the table of origins that lies beside the data set with the row. */
const originOf = async (
  connection: DuckDBConnection,
  opened: readonly OpenOut[],
  places: readonly RowPlace[],
): Promise<RowOrigin | null> => {
  for (const { stage, from } of opened.filter(isOrigins)) {
    const place = places.find((each) => each.stage === stage && each.says === undefined);
    if (place === undefined) continue;
    const at = place.row - 1;
    const [file, row] = await firstRow(
      connection,
      `SELECT "file", "row" + ${at} - "at" FROM ${from} WHERE "at" <= ${at} AND ${at} < "at" + "rows"`,
    );
    if (file !== undefined) return { stage, file: String(file), row: Number(row) };
  }
  return null;
};

const isOrigins = ({ type, names }: OpenOut): boolean =>
  type === 'table' && ['at', 'rows', 'file', 'row'].every((name) => names.includes(name));
