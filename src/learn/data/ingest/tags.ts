import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { firstRow, quoted } from '../duckdb.ts';
import { isList } from './label-lists.ts';
import type { LabelsParams } from './params.ts';
import { type LoadedTable, placeOf } from './source.ts';

// Tags: a label for each word of another column, in the order of the words. Words are stored as a text with one space
// between them, tags as a JSON array.

type Table = Pick<LoadedTable, 'table' | 'files' | 'rows'>;

interface Cells {
  readonly name: string;
  /** SQL of its cells. */
  readonly value: string;
}

/** Names of the columns that tags go by, of which each cell is a list of words. */
export const wordColumns = (labels: LabelsParams = {}): readonly string[] =>
  Object.values(labels).flatMap((rule) => ('each' in rule ? [rule.each] : []));

/**
 * SQL of tags, a JSON array a row; NULL where the cell is.
 *
 * @throws StageError where a row has not as many tags as words.
 */
export const tagsOf = async (connection: DuckDBConnection, loaded: Table, { tags, words }: { readonly tags: Cells; readonly words: Cells }): Promise<string> => {
  const [own, others] = [await itemsOf(connection, loaded, tags), await itemsOf(connection, loaded, words)];
  const counts = `len(${own}) AS tags, coalesce(len(${others}), 0) AS words`;
  const [place, some, all] = await firstRow(
    connection,
    `SELECT * FROM (SELECT rowid, ${counts} FROM ${loaded.table}) WHERE tags <> words ORDER BY rowid LIMIT 1`,
  );
  if (place === undefined) return `CAST(to_json(${own}) AS VARCHAR)`;
  throw new StageError(
    `${placeOf(loaded, Number(place))}, column "${tags.name}": as many tags were expected as "${words.name}" has words, which is ${all}, and there are ${some}`,
    'each word has one tag; where words are texts, white space stands between them',
  );
}; // biome-ignore format: a line a parameter list

/** How the words of a column stand in its cells. */
export type WordsForm = 'arrays' | 'texts';

/** SQL of words, with one space between them; NULL where the cell is. */
export const wordsText = async (
  connection: DuckDBConnection,
  loaded: Table,
  words: Cells,
): Promise<{ readonly value: string; readonly form: WordsForm }> => {
  const form = await formOf(connection, loaded, words);
  await itemsOf(connection, loaded, words);
  return { form, value: wordsIn(words.value, form) };
};

/** SQL of the words in a cell, with one space between them. */
export const wordsIn = (value: string, form: WordsForm): string => `array_to_string(${itemsIn(value, form)}, ' ')`;

/** SQL that is true where a cell is no JSON array of words. */
export const hasOtherWords = (value: string): string =>
  `${value} IS NOT NULL AND (NOT ${isList(value)} OR len(${wrongIn(`CASE WHEN ${isList(value)} THEN ${value} END`)}) > 0)`;

const itemsIn = (value: string, form: WordsForm): string =>
  form === 'arrays'
    ? `from_json(${value}, '["VARCHAR"]')`
    : `list_filter(string_split_regex(${value}, ${quoted(white)}), lambda item: item <> '')`;

/** Items that could not be told from several, or from none. */
const wrongIn = (value: string): string =>
  `list_filter(${itemsIn(value, 'arrays')}, lambda item: item = '' OR regexp_matches(item, ${quoted(white)}))`;

/** Arrays where all cells are. */
const formOf = async (connection: DuckDBConnection, { table }: Table, { value }: Cells): Promise<WordsForm> => {
  const [all] = await firstRow(
    connection,
    `SELECT coalesce(bool_and(${isList(value)}), false) FROM ${table} WHERE ${value} IS NOT NULL`,
  );
  return all === true ? 'arrays' : 'texts';
};

/**
 * SQL of the items of a column, a list a row: of JSON arrays, where all cells are, else of texts.
 *
 * @throws StageError where an item has white space in it, or is empty: it could not be told from several, or from none.
 */
const itemsOf = async (connection: DuckDBConnection, loaded: Table, { name, value }: Cells): Promise<string> => {
  const form = await formOf(connection, loaded, { name, value });
  const items = itemsIn(value, form);
  if (form === 'texts') return items;
  const wrong = wrongIn(value);
  const [place, item] = await firstRow(
    connection,
    `SELECT rowid, ${wrong}[1] FROM ${loaded.table} WHERE len(${wrong}) > 0 ORDER BY rowid LIMIT 1`,
  );
  if (place === undefined) return items;
  throw new StageError(
    `${placeOf(loaded, Number(place))}, column "${name}": ${JSON.stringify(item)} is ${item === '' ? 'empty' : 'no single word: it has white space in it'}`,
    'put another character in its place, as "_"',
  );
};

/** White space, of Unicode too. */
const white = '[\\s\\v\\p{Z}]+';
