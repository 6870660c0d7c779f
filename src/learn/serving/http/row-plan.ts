import type { DuckDBConnection, DuckDBDataChunk, DuckDBPreparedStatement } from '@duckdb/node-api';
import { connect, readyFor } from '../../data/duckdb.ts';
import { cellsOfKeys } from '../../data/ingest/json.ts';
import { type RawQuery, rawQuery } from '../raw-query.ts';
import { joinParts, type RawRowsRead } from '../raw-rows.ts';
import type { Servable } from '../servable.ts';
import { heldCells, partOf, selection, type Wanted } from '../table-rows.ts';

/** Reads rows of tables in JSON by a statement that DuckDB has planned once. */
export interface RowPlans {
  /**
   * The rows, as `tableRows` reads them; undefined where they are not plainly what the model takes, and `tableRows` has to
   * say what they are, or what is wrong with them.
   *
   * @param text a JSON array, and `rows` what JSON.parse makes of it.
   */
  read(text: string, rows: readonly object[]): Promise<RawRowsRead | undefined>;
}

/** The plans of a model of values; none for one of tensors. */
export const plansOf = (servable: Servable): RowPlans => {
  const plans = known.get(servable) ?? createPlans(servable);
  known.set(servable, plans);
  return plans;
};

const known = new WeakMap<Servable, RowPlans>();

/** Which of the columns that need not be there are, makes plans of their own: so many are kept. */
const mostPlans = 8;

const createPlans = (servable: Servable): RowPlans => {
  const { input, raw, card } = servable;
  const wanted = input.kind === 'values' ? input.wanted : [];
  const form: Form = {
    wanted,
    allowed: new Set([...wanted.map(({ name }) => name), ...[card.target].flat()]),
    lists: new Set(raw.columns.flatMap((column) => ('words' in column && column.words === 'arrays') || column.kind === 'labels' ? [column.name] : [])), // biome-ignore format: one call
  };
  const plans = new Map<string, Promise<Plan>>();
  // A statement holds one text at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const planFor = (names: ReadonlySet<string>): Promise<Plan> | undefined => {
    const key = wanted.map(({ name }) => Number(names.has(name))).join('');
    const there = plans.get(key);
    if (there !== undefined || plans.size >= mostPlans) return there;
    const made = planOf(servable, wanted, names);
    plans.set(key, made);
    return made;
  };
  return {
    read: (text, rows) => {
      const names = plainNames(text, rows, form);
      const plan = names && planFor(names);
      if (plan === undefined) return Promise.resolve(undefined);
      // Whatever DuckDB refuses, `tableRows` meets too, and says in words.
      const answer = turn.then(async () => execute(await plan, text, rows.length)).catch(() => undefined);
      turn = answer;
      return answer;
    },
  };
};

interface Form {
  readonly wanted: readonly Wanted[];
  /** Names that rows may have. */
  readonly allowed: ReadonlySet<string>;
  /** Columns of which a cell may be an array. */
  readonly lists: ReadonlySet<string>;
}

/**
 * The names of the columns that rows have; undefined where one is unknown, one lacks that the model needs, a cell is nested
 * that must not be, or an object names a key twice: then JavaScript sees the last, and DuckDB the first.
 */
const plainNames = (text: string, rows: readonly object[], { wanted, allowed, lists }: Form): ReadonlySet<string> | undefined => {
  const names = new Set<string>();
  let keys = 0;
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (!allowed.has(name) || (typeof value === 'object' && value !== null && !lists.has(name))) return undefined;
      names.add(name);
      keys += 1;
    }
  }
  const isWhole = wanted.every(({ name, optional }) => optional || names.has(name));
  return isWhole && keys === keysIn(text) ? names : undefined;
}; // biome-ignore format: one signature

/** How often a key is written in a text that is JSON: colons that stand in no string. */
export const keysIn = (text: string): number => {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === colon) count += 1;
    else if (code === quote) at = endOfString(text, at);
  }
  return count;
};

/** Place of the quote that ends a string: the next one with an even number of backslashes before it. */
const endOfString = (text: string, from: number): number => {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
};

const [quote, colon, backslash] = [0x22, 0x3a, 0x5c];

interface Plan {
  readonly connection: DuckDBConnection;
  readonly insert: DuckDBPreparedStatement;
  readonly select: DuckDBPreparedStatement;
  readonly query: RawQuery;
}

/**
 * The same expressions as `tableRows` has over the same cells, in one statement without a table between. A statement with a
 * parameter would be planned anew each time: the text comes from a table, in which it never stays.
 */
const planOf = async ({ raw }: Servable, wanted: readonly Wanted[], names: ReadonlySet<string>): Promise<Plan> => {
  await readyFor(wanted.length);
  const there = wanted.filter(({ name }) => names.has(name)).map(({ name }) => name);
  const { from, cells: found } = cellsOfKeys(there, elements);
  const cells = wanted.map(({ name }) => found[there.indexOf(name)]);
  const table = `(SELECT rowid, ${selection(cells)} FROM ${from})`;
  const query = rawQuery({ table, cells: heldCells(cells), columns: wanted }, raw);
  const connection = await connect();
  await connection.run('CREATE TEMP TABLE incoming (text VARCHAR)');
  const insert = await connection.prepare('INSERT INTO incoming VALUES ($1)');
  return { connection, insert, select: await connection.prepare(query.sql), query };
};

const elements = `(SELECT unnest(list) AS json, unnest(range(len(list))) AS rowid FROM (SELECT json_extract(text::JSON, '$[*]') AS list FROM incoming))`;

/** @returns undefined where the rows come in another order than they were sent in, which nothing but ORDER BY promises. */
const execute = async (plan: Plan, text: string, rows: number): Promise<RawRowsRead | undefined> => {
  const { connection, insert, select, query } = plan;
  await connection.run('BEGIN TRANSACTION');
  try {
    insert.bindVarchar(1, text);
    await insert.run();
    const result = await select.run();
    const parts: RawRowsRead[] = [];
    let next = 0;
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      // biome-ignore format: one line
      const places = placesIn(chunk);
      if (places.some((place, at) => place !== next + at)) return undefined;
      next += chunk.rowCount;
      parts.push(partOf(chunk, query));
    }
    return next === rows ? joinParts(parts) : undefined;
  } finally {
    await connection.run('ROLLBACK');
  }
};

const placesIn = (chunk: DuckDBDataChunk): readonly number[] => {
  const vector = chunk.getColumnVector(0);
  return Array.from({ length: chunk.rowCount }, (_, at) => Number(vector.getItem(at)));
};
