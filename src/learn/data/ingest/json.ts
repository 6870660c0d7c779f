import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import { filePath, firstRow, quoted } from '../duckdb.ts';
import { isRounded } from './cells.ts';
import { lineOfNth, refuseDamagedGzip } from './file-lines.ts';
import type { SourceFile } from './format.ts';
import { keysOf } from './json-keys.ts';
import { hasNumbers, listCell, refuseOtherLists } from './json-lists.ts';
import type { IngestParams } from './params.ts';
import { type Cell, columnsAtOnce, type OpenTable, refuseWide, type TableSource } from './source.ts';
import { wordColumns } from './tags.ts';

/**
 * Opens an array of JSON objects, or one object a line: each object is a row, each key a column.
 * An absent key and null are missing. What is a string in JSON stays text, even if it looks like a number.
 * Rows may be arrays instead, all of the same length, where params.names says what their places mean.
 */
export const json =
  (format: 'json' | 'jsonl'): OpenTable =>
  async (connection, file, params): Promise<TableSource> => {
    if ((await stat(file.path)).size === 0) throw new StageError(`${file.name} is empty`);
    await refuseDamagedGzip(file);
    const layout = format === 'json' ? 'array' : 'newline_delimited';
    try {
      await connection.run(`CREATE OR REPLACE TEMP TABLE objects AS
        SELECT json FROM read_json_objects(${filePath(file.path)}, format = '${layout}', hive_partitioning = false)`);
    } catch (error) {
      throw await malformed(error, { file, format });
    }
    return objectsOf(connection, file, params);
  };

/** Opens the elements of a text that is known to be an array in JSON, as `json` opens those of a file. */
export const jsonRows = async (
  connection: DuckDBConnection,
  text: string,
  { file, params }: { readonly file: SourceFile; readonly params: IngestParams },
): Promise<TableSource> => {
  await connection.run('CREATE OR REPLACE TEMP TABLE objects (json JSON)');
  await connection.run(`INSERT INTO objects SELECT unnest(json_extract($1::JSON, '$[*]'))`, [text]);
  return objectsOf(connection, file, params);
};

/** The rows of the table `objects`. */
const objectsOf: OpenTable = async (connection, file, params) => {
  const paths = params.names === undefined ? await keyed(connection, file) : await placed(connection, file, params);
  const places = paths.map((path, index) => (params.names === undefined ? pointer(path) : `/${index}`));
  const names = params.names ?? paths;
  const lists = await findLists(connection, file, { names, places, params });
  return {
    file,
    names,
    ...cellsAt(places, 'objects', { lists }),
    explain: (error) => new StageError(`${file.name} cannot be read: ${(error as Error).message.split('\n')[0]}`),
  };
};

/** The cells of objects, the column `json` of what stands after FROM, by the names of their keys; beside them its `rowid`. */
export const cellsOfKeys = (names: readonly string[], objects: string): Pick<TableSource, 'from' | 'cells'> =>
  cellsAt(names.map(pointer), objects, { beside: ['rowid'] });

const cellsAt = (
  places: readonly string[],
  objects: string,
  { beside = [], lists = new Set() }: { readonly beside?: readonly string[]; readonly lists?: ReadonlySet<number> },
): Pick<TableSource, 'from' | 'cells'> => {
  const asJson = [...lists].map((index) => `json_extract(json, ${quoted(places[index]!)}) AS j${index}`);
  return {
    from: `(SELECT ${[...beside, ...places.flatMap(extracted), ...asJson].join(', ')} FROM ${objects})`,
    cells: places.map((_, index) => ({ ...cell(index), ...(lists.has(index) && { list: listCell(`j${index}`) }) })),
  };
};

/** What is asked of an object for a cell, once however often it is used. */
const extracted = (at: string, index: number): string[] => [
  `json_extract_string(json, ${quoted(at)}) AS s${index}`,
  `json_type(json, ${quoted(at)}) AS t${index}`,
];

const cell = (index: number): Cell => ({
  text: `s${index}`,
  typed: {
    number: `TRY_CAST(s${index} AS DOUBLE)`,
    isNumber: isNumeric(`t${index}`),
    isLossy: isRounded(`s${index}`),
  },
});

/** A JSON pointer (RFC 6901) to a key. */
const pointer = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** BIGINT, UBIGINT, HUGEINT, UHUGEINT or DOUBLE, of the types that JSON has here. DuckDB would make a join of a list of them. */
const isNumeric = (type: string): string => `(ends_with(${type}, 'INT') OR ${type} = 'DOUBLE')`;

/** The keys of objects. */
const keyed = async (connection: DuckDBConnection, file: SourceFile): Promise<string[]> => {
  await refuseOtherRows(connection, file, 'OBJECT');
  const names = await keysOf(connection, file);
  if (names.length === 0) throw new StageError(`${file.name} has no rows with keys`);
  refuseWide(names.length, file);
  return names;
};

/** The places of arrays. */
const placed = async (
  connection: DuckDBConnection,
  file: SourceFile,
  params: IngestParams,
): Promise<readonly string[]> => {
  const names = params.names ?? [];
  await refuseOtherRows(connection, file, 'ARRAY');
  const [row, length] = await firstRow(
    connection,
    `SELECT rowid + 1, json_array_length(json) FROM objects WHERE json_array_length(json) <> ${names.length} ORDER BY rowid LIMIT 1`,
  );
  if (row !== undefined) {
    throw new StageError(`${file.name}: row ${row} has ${length} values, and params.names has ${names.length} names`);
  }
  return names;
};

const refuseOtherRows = async (
  connection: DuckDBConnection,
  { name }: SourceFile,
  expected: 'OBJECT' | 'ARRAY',
): Promise<void> => {
  const [row, type] = await firstRow(
    connection,
    `SELECT rowid + 1, json_type(json) FROM objects WHERE json_type(json) <> '${expected}' ORDER BY rowid LIMIT 1`,
  );
  if (row === undefined) return;
  throw new StageError(
    `${name}: row ${row} is no ${expected.toLowerCase()} but ${String(type).toLowerCase()}`,
    type === 'ARRAY' ? 'name the places of arrays in params.names' : undefined,
  );
};

/**
 * The places of columns of lists of numbers: of those whose first nested value is an array of numbers.
 *
 * @throws StageError where any other value is nested.
 */
const findLists = async (
  connection: DuckDBConnection,
  file: SourceFile,
  {
    names,
    places,
    params,
  }: { readonly names: readonly string[]; readonly places: readonly string[]; readonly params: IngestParams },
): Promise<ReadonlySet<number>> => {
  const lists = new Set<number>();
  // Lists of labels are looked at where they become labels, and lists of words with their tags.
  const words = wordColumns(params.labels);
  const isLabels = (name: string): boolean => own(params.types, name) === 'labels' || words.includes(name);
  for (let from = 0; from < names.length; from += columnsAtOnce) {
    for (;;) {
      const types = places
        .slice(from, from + columnsAtOnce)
        .map((at, index) =>
          lists.has(from + index) || isLabels(names[from + index]!) ? 'NULL' : `json_type(json, ${quoted(at)})`,
        );
      const [row, column, found] = await firstRow(
        connection,
        `SELECT row, place, type FROM (SELECT rowid + 1 AS row, unnest([${types.join(', ')}]) AS type, unnest(range(${types.length})) AS place FROM objects)
         WHERE type IN ('OBJECT', 'ARRAY') ORDER BY place, row LIMIT 1`,
      );
      if (row === undefined) break;
      const index = from + Number(column);
      const list = { name: names[index]!, at: places[index]! };
      if (found !== 'ARRAY' || !(await hasNumbers(connection, list, Number(row))))
        throw new StageError(
          `${file.name}: row ${row}, column "${list.name}": an ${String(found).toLowerCase()} is no value of a table`,
        );
      await refuseOtherLists(connection, file, list);
      lists.add(index);
    }
  }
  return lists;
};

/** DuckDB counts the records of a file from 2, blank lines not among them, and names the file with its whole path. */
const malformed = async (
  error: unknown,
  { file, format }: { readonly file: SourceFile; readonly format: 'json' | 'jsonl' },
): Promise<StageError> => {
  const message = error instanceof Error ? error.message : String(error);
  const [, byte, record, what] = /at byte (\d+) in (?:record\/value|line) (\d+): (.*?)\.? *$/m.exec(message) ?? [];
  if (byte === undefined) {
    return format === 'json'
      ? new StageError(`${file.name} is no array of objects`, 'one object a line is the format "jsonl"')
      : new StageError(`${file.name} is no valid JSON: ${message.split('\n')[0]}`);
  }
  const row = Number(record) - 1;
  const place = format === 'json' ? `row ${row}` : `line ${await lineOfNth(file, row)}`;
  return new StageError(`${file.name}: ${place}, byte ${byte}: malformed JSON (${what})`);
};
