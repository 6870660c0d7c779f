import type { DuckDBConnection, DuckDBDataChunk, DuckDBPreparedStatement } from '@duckdb/node-api';
import { connect, readyFor } from '../../data/duckdb.ts';
import { cellsOfKeys } from '../../data/ingest/json.ts';
import { type RawQuery, rawQuery, type Wanted } from '../raw-query.ts';
import { joinParts, type RawRowsRead } from '../raw-rows.ts';
import type { Servable } from '../servable.ts';
import { cellsOf, heldCells, mayBeList, partOf, selection } from '../table-rows.ts';
import { type RowsWithTexts, readList, type WantedTensor, withTensors } from '../tensors-beside.ts';

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
  const tensors = tensorsByName(servable);
  const form: Form = {
    needed: [...wanted.filter(({ optional }) => !optional).map(({ name }) => name), ...tensors.map(({ from }) => from)],
    allowed: new Set([...wanted.map(({ name }) => name), ...tensors.map(({ from }) => from), ...[card.target].flat()]),
    lists: new Set(raw.columns.filter(mayBeList).map(({ name }) => name)),
  };
  const plans = new Map<string, Promise<Plan>>();
  // A statement holds one text at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const planFor = (names: ReadonlySet<string>): Promise<Plan> | undefined => {
    const key = wanted.map(({ name }) => Number(names.has(name))).join('');
    const there = plans.get(key);
    if (there !== undefined || plans.size >= mostPlans) return there;
    const made = planOf(servable, { wanted, tensors }, names);
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

/** A row in JSON has a tensor under its column's name. */
export const tensorsByName = ({ input }: Pick<Servable, 'input'>): readonly WantedTensor[] =>
  input.kind === 'values' ? input.tensors.map((column) => ({ column, from: column.name })) : [];

interface Form {
  /** Names that rows must have, somewhere. */
  readonly needed: readonly string[];
  /** Names that rows may have. */
  readonly allowed: ReadonlySet<string>;
  /** Columns of which a cell may be an array. */
  readonly lists: ReadonlySet<string>;
}

/**
 * The names of the columns that rows have; undefined where one is unknown, one lacks that the model needs, a cell is nested
 * that must not be, or an object names a key twice: then JavaScript sees the last, and DuckDB the first.
 */
const plainNames = (text: string, rows: readonly object[], { needed, allowed, lists }: Form): ReadonlySet<string> | undefined => {
  const names = new Set<string>();
  let keys = 0;
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (!allowed.has(name) || (typeof value === 'object' && value !== null && !lists.has(name))) return undefined;
      names.add(name);
      keys += 1;
    }
  }
  const isWhole = needed.every((name) => names.has(name));
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
  readonly tensors: readonly WantedTensor[];
}

interface PlannedColumns {
  readonly wanted: readonly Wanted[];
  readonly tensors: readonly WantedTensor[];
}

/**
 * The same expressions as `tableRows` has over the same cells, in one statement without a table between. A statement with a
 * parameter would be planned anew each time: the text comes from a table, in which it never stays.
 */
const planOf = async ({ raw }: Servable, columns: PlannedColumns, names: ReadonlySet<string>): Promise<Plan> => {
  const { wanted, tensors } = columns;
  await readyFor(wanted.length);
  const there = [...wanted.map(({ name }) => name), ...tensors.map((each) => each.from)].filter((name) => names.has(name)); // biome-ignore format: one line
  const { from, cells: found } = cellsOfKeys(there, elements);
  const cells = cellsOf(columns, (name) => found[there.indexOf(name)]);
  const table = `(SELECT rowid, ${selection(cells)} FROM ${from})`;
  const query = rawQuery({ table, ...heldCells(cells, wanted) }, raw);
  const connection = await connect();
  await connection.run('CREATE TEMP TABLE incoming (text VARCHAR)');
  const insert = await connection.prepare('INSERT INTO incoming VALUES ($1)');
  return { connection, insert, select: await connection.prepare(query.sql), query, tensors };
};

const elements = `(SELECT unnest(list) AS json, unnest(range(len(list))) AS rowid FROM (SELECT json_extract(text::JSON, '$[*]') AS list FROM incoming))`;

/** @returns undefined where the rows come in another order than they were sent in, which nothing but ORDER BY promises. */
const execute = async (plan: Plan, text: string, rows: number): Promise<RawRowsRead | undefined> => {
  const { connection, insert, select, query, tensors } = plan;
  await connection.run('BEGIN TRANSACTION');
  try {
    insert.bindVarchar(1, text);
    await insert.run();
    const result = await select.run();
    const parts: RowsWithTexts[] = [];
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
    if (next !== rows) return undefined;
    return joinParts(await Promise.all(parts.map((part) => withTensors(part, { tensors, read: readList }))));
  } finally {
    await connection.run('ROLLBACK');
  }
};

const placesIn = (chunk: DuckDBDataChunk): readonly number[] => {
  const vector = chunk.getColumnVector(0);
  return Array.from({ length: chunk.rowCount }, (_, at) => Number(vector.getItem(at)));
};
