import { DuckDBInstance } from '@duckdb/node-api';
import type { Json, JsonObject } from '../../types/json.ts';
import { openDataset } from '../data/dataset.ts';
import { firstRow, named, quoted } from '../data/duckdb.ts';
import { scanAll } from '../data/scan.ts';
import { counted, listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import { partsByLabel, partsByNumber, type Slicing } from './slicing.ts';

/** A column's name, or a SQL expression of a row's columns with a name for what it gives. */
export type SliceParam = string | { readonly name: string; readonly sql: string };

/** Parts of one slicing, at most: more are no slices that anybody reads. */
const mostParts = 50;

/**
 * Divides examples by columns and expressions of a data set that has their rows: the test set itself, or one with the same
 * ids whose columns are as people know them.
 *
 * An expression sees the columns of a row and nothing else: neither files nor settings, and functions of chance and of the
 * time are refused, so that the same rows make the same slices.
 *
 * @param folder of the data set.
 * @param ids of the examples, [rows].
 * @throws StageError where a column is not there, an expression cannot be computed, or rows are lacking.
 */
export const sliceExamples = async (
  folder: string,
  ids: readonly string[],
  params: readonly SliceParam[],
): Promise<readonly Slicing[]> => {
  if (params.length === 0) return [];
  const dataset = await openDataset(folder);
  const columns = dataset.manifest.columns.filter(({ kind }) => kind !== 'tensor').map(({ name }) => name);
  const absent = 'those before normalize are in the dep "rows": give it the test set as split made it';
  const { slices, rows } = await slicedRows({ scan: scanAll(dataset), columns, absent }, params);
  const places = new Map(rows.ids.map((id, place) => [id, place]));
  const lacking = ids.filter((id) => !places.has(id));
  if (lacking.length > 0) {
    throw new StageError(
      `dep rows lacks ${counted(lacking.length, 'row')} of test, as that with the id ${lacking[0]}`,
      'give it the test set as split made it',
    );
  }
  const order = ids.map((id) => places.get(id)!);
  return slicingsOf(slices, rows.values, order);
};

/** Rows that expressions are computed of. */
export interface SliceSource {
  /** What SQL selects from: `__id` and the columns. */
  readonly scan: string;
  readonly columns: readonly string[];
  /** Where a column that is not there may be found, for a hint. */
  readonly absent: string;
}

/** The value of each expression for each row, with the rows' ids. */
export const slicedRows = async (source: SliceSource, params: readonly SliceParam[]) => {
  const slices = params.map((param) => expressionOf(param, source));
  return { slices, rows: await compute(source, slices) };
};

/** @param order places of the rows' values, by example. */
export const slicingsOf = (
  slices: readonly Expression[],
  values: readonly Values[],
  order: readonly number[],
): readonly Slicing[] =>
  slices.map(({ name, sql, given }, at) => slicingOf({ name, ...(given && { sql }) }, values[at]!, order));

interface Expression {
  readonly name: string;
  readonly sql: string;
  /** It is the user's. */
  readonly given: boolean;
}

const expressionOf = (param: SliceParam, { columns, absent }: SliceSource): Expression => {
  if (typeof param !== 'string') return { ...param, given: true };
  if (columns.includes(param)) return { name: param, sql: named(param), given: false };
  throw new StageError(
    `params.slices names the column "${param}", which is not there`,
    `there ${columns.length === 0 ? 'is none' : `are ${listed(columns)}`}; ${absent}`,
  );
};

/** Numbers (NaN: missing), or texts. */
type Values = Float64Array | readonly (string | null)[];

const slicingOf = (head: Omit<Slicing, 'parts'>, values: Values, order: readonly number[]): Slicing => {
  const parts =
    values instanceof Float64Array
      ? partsByNumber(Float64Array.from(order, (place) => values[place]!))
      : partsByLabel(order.map((place) => values[place]!));
  if (parts.length <= mostParts) return { ...head, parts };
  throw new StageError(
    `slices by "${head.name}" would be ${parts.length} parts, and ${mostParts} are the most`,
    `say by an expression what belongs together, as { "name": "domain", "sql": "split_part(address, '@', 2)" }`,
  );
};

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;

/** In a database of its own, which has the rows and can reach nothing else. */
const compute = async ({ scan, columns }: SliceSource, slices: readonly Expression[]) => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' });
  const connection = await instance.connect();
  try {
    const kept = ['__id', ...columns].map(named);
    await connection.run(`CREATE TABLE examples AS SELECT ${kept.join(', ')} FROM ${scan}`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    const ids = (await connection.runAndReadAll('SELECT __id FROM examples')).getColumnsJS()[0] as string[];
    const values: Values[] = [];
    for (const { name, sql, given } of slices) {
      const fail = (why: string) =>
        new StageError(
          `the slices "${name}" cannot be computed: ${why}`,
          `"sql" is an expression of ${listed(columns)}`,
        );
      const refused = given ? await refusedIn(sql, connection) : undefined;
      if (refused !== undefined) throw fail(refused);
      try {
        values.push(await valuesOf(sql, connection));
      } catch (error) {
        throw fail((error as Error).message.split('\n')[0]!);
      }
    }
    return { ids, values };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

const valuesOf = async (sql: string, connection: Connection): Promise<Values> => {
  // On a line of its own, so that no comment takes what follows.
  const value = `(${sql}\n)`;
  const [type] = await firstRow(connection, `SELECT typeof(${value}) FROM examples LIMIT 1`);
  const isNumber = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/.test(String(type));
  const cast = `CAST(${value} AS ${isNumber ? 'DOUBLE' : 'VARCHAR'})`;
  const [found = []] = (await connection.runAndReadAll(`SELECT ${cast} FROM examples`)).getColumnsJS();
  return isNumber
    ? Float64Array.from(found, (each) => (each === null ? Number.NaN : Number(each)))
    : found.map((each) => (each === null ? null : String(each)));
};

/** Why an expression is more than one of a row's own columns; undefined: it is not. */
const refusedIn = async (sql: string, connection: Connection): Promise<string | undefined> => {
  const [text] = await firstRow(connection, `SELECT json_serialize_sql(${quoted(`SELECT (${sql}\n)`)})`);
  const parsed = JSON.parse(String(text)) as { error: boolean; error_message?: string; statements?: Json[] };
  if (parsed.error) return parsed.error_message?.split('\n')[0] ?? 'it is no SQL';
  const nodes = [...nodesIn(parsed.statements ?? [])];
  const isMore =
    parsed.statements?.length !== 1 || nodes.some(({ type }) => type === 'BASE_TABLE' || type === 'TABLE_FUNCTION');
  if (isMore || nodes.some((node) => node['class'] === 'SUBQUERY'))
    return 'it reads tables; it may read the columns of a row alone';
  if (nodes.some((node) => node['class'] === 'WINDOW')) return 'it looks at other rows; it may look at one alone';
  const called = nodes.flatMap((node) => (node['class'] === 'FUNCTION' ? [String(node['function_name'])] : []));
  for (const name of new Set(called)) {
    const known = await connection.runAndReadAll(
      `SELECT stability FROM duckdb_functions() WHERE function_name = ${quoted(name)}`,
    );
    const stability = known.getRows().map(([each]) => each);
    if (stability.some((each) => each === 'VOLATILE' || each === 'CONSISTENT_WITHIN_QUERY'))
      return `${name}() gives something else each time`;
  }
  return undefined;
};

function* nodesIn(value: Json): Generator<JsonObject> {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) yield value as JsonObject;
  for (const inner of Object.values(value)) yield* nodesIn(inner);
}
