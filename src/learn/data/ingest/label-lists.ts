import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { firstRow, quoted } from '../duckdb.ts';
import { listed, sortLabels } from '../words.ts';
import type { DelimitedLabels, FlaggedLabels, LabelsParams } from './params.ts';
import { type LoadedTable, placeOf } from './source.ts';

// Lists of labels as they are stored: a JSON array of each row's labels, each once, in the order of their bytes.

type Table = Pick<LoadedTable, 'table' | 'files' | 'rows'>;

/** By the name of each column of 0 and 1 that is part of a list of labels: the column that is made of it. */
export const flaggedIn = (labels: LabelsParams = {}): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(labels).flatMap(([name, rule]) =>
      'columns' in rule ? rule.columns.map((column) => [column, name] as const) : [],
    ),
  );

/**
 * SQL of the lists in a column of texts, whose labels stand between delimiters or in a JSON array; NULL where the cell is.
 *
 * @throws StageError where a cell is no JSON array of texts and numbers.
 */
export const listsOf = async (
  connection: DuckDBConnection,
  loaded: Table,
  {
    name,
    value,
    rule,
  }: { readonly name: string; readonly value: string; readonly rule: LabelsParams[string] | undefined },
): Promise<string> => {
  if (rule !== undefined && 'delimiter' in rule) return sortedList(delimited(value, rule));
  const wrong = `${value} IS NOT NULL AND NOT ${isList(value)}`;
  const [place, text] = await firstRow(
    connection,
    `SELECT rowid, ${value} FROM ${loaded.table} WHERE ${wrong} ORDER BY rowid LIMIT 1`,
  );
  if (place === undefined) return sortedList(`from_json(${value}, '["VARCHAR"]')`);
  throw new StageError(
    `${placeOf(loaded, Number(place))}, column "${name}": ${JSON.stringify(text)} is no JSON array of labels`,
    'where a text stands between the labels, say which: labels { "…": { "delimiter": "|" } }',
  );
};

/**
 * SQL of the lists that columns of 0 and 1 say: their names where they are 1.
 *
 * @throws StageError where one of them has another value, or none.
 */
export const listOfFlags = async (
  connection: DuckDBConnection,
  loaded: Table & { readonly columns: readonly { readonly name: string; readonly value: string }[] },
  { name, rule: { columns } }: { readonly name: string; readonly rule: FlaggedLabels },
): Promise<string> => {
  const flags = columns.map((column) => ({
    column,
    value: loaded.columns.find((each) => each.name === column)!.value,
  }));
  for (const { column, value } of flags) {
    const [place, found] = await firstRow(
      connection,
      `SELECT rowid, ${value} FROM ${loaded.table} WHERE ${value} IS NULL OR ${value} NOT IN (0, 1) ORDER BY rowid LIMIT 1`,
    );
    if (place === undefined) continue;
    throw new StageError(
      `${placeOf(loaded, Number(place))}, column "${column}": ${found === null ? 'a missing value' : found} says not whether the row has the label; it is 0 or 1`,
      `params.labels makes "${name}" of the columns ${listed(columns)}`,
    );
  }
  const labels = flags.map(({ column, value }) => `CASE WHEN ${value} = 1 THEN ${quoted(column)} END`);
  return sortedList(`list_filter([${labels.join(', ')}], lambda label: label IS NOT NULL)`);
};

/** The labels that occur in some lists, in their order, each with the number of its rows. */
export const labelsIn = async (
  connection: DuckDBConnection,
  { table }: Table,
  lists: string,
): Promise<{ label: string; rows: number }[]> => {
  const found = await connection.runAndReadAll(
    `SELECT label, count(*) FROM (SELECT unnest(from_json(${lists}, '["VARCHAR"]')) AS label FROM ${table}) GROUP BY label`,
  );
  const rows = new Map(found.getRows().map(([label, count]) => [String(label), Number(count)]));
  return sortLabels(rows.keys()).map((label) => ({ label, rows: rows.get(label) as number }));
};

/** SQL that is true where a list has a label that is none of these. */
export const hasOther = (lists: string, labels: readonly string[]): string =>
  `NOT list_has_all([${labels.map(quoted).join(', ')}]::VARCHAR[], from_json(${lists}, '["VARCHAR"]'))`;

/** Spaces around a label do not count, and nothing between two delimiters is no label. */
const delimited = (value: string, { delimiter }: DelimitedLabels): string =>
  `list_filter(list_transform(string_split(${value}, ${quoted(delimiter)}), lambda label: trim(label)), lambda label: label <> '')`;

/** Order and duplicates mean nothing in a set of labels. */
const sortedList = (list: string): string =>
  `CAST(to_json(list_sort(list_distinct(${list}), 'ASC', 'NULLS LAST')) AS VARCHAR)`;

/** SQL that is true where a cell is a JSON array of texts and numbers. */
export const isList = (value: string): string =>
  `coalesce(json_valid(${value}) AND json_type(CASE WHEN json_valid(${value}) THEN ${value} END) = 'ARRAY' AND
    len(list_filter(json_extract(CASE WHEN json_valid(${value}) THEN ${value} END, '$[*]'), lambda item: json_type(item) IN ('OBJECT', 'ARRAY', 'NULL'))) = 0, false)`;
