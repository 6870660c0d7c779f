import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { filePath, quoted } from '../duckdb.ts';
import type { Loader } from './tabular.ts';

/**
 * Loads an array of JSON objects, or one object a line: each object is a row, each key a column.
 * An absent key and null are missing. What is a string in JSON stays text, even if it looks like a number.
 */
export const json =
  (format: 'json' | 'jsonl'): Loader =>
  async (connection, path) => {
    const file = basename(path);
    if ((await stat(path)).size === 0) throw new StageError(`${file} is empty`);
    const layout = format === 'json' ? 'array' : 'newline_delimited';
    try {
      await connection.run(`CREATE OR REPLACE TEMP TABLE objects AS
        SELECT json FROM read_json_objects(${filePath(path)}, format = '${layout}', hive_partitioning = false)`);
    } catch (error) {
      throw malformed(error, { file, format });
    }
    await refuseOtherRows(connection, file);
    const names = await keys(connection);
    if (names.length === 0) throw new StageError(`${file} has no rows with keys`);
    await refuseNested(connection, names, file);
    await connection.run(`CREATE OR REPLACE TEMP TABLE source AS SELECT ${names.map(cell).join(', ')} FROM objects`);
    await connection.run('DROP TABLE objects');
    return names;
  };

const cell = (name: string, index: number): string => {
  const at = quoted(pointer(name));
  return `json_extract_string(json, ${at}) AS c${index}, json_type(json, ${at}) IN ${numeric} AS n${index}`;
};

/** A JSON pointer (RFC 6901) to a key. */
const pointer = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const numeric = `('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')`;

/** The keys in the order in which they first occur. */
const keys = async (connection: DuckDBConnection): Promise<string[]> => {
  const found = await connection.runAndReadAll(`
    SELECT key, min(struct_pack(r := rowid, o := place)) AS first
    FROM (SELECT rowid, unnest(json_keys(json)) AS key, generate_subscripts(json_keys(json), 1) AS place FROM objects)
    GROUP BY key ORDER BY first`);
  return found.getRows().map(([key]) => String(key));
};

const refuseOtherRows = async (connection: DuckDBConnection, file: string): Promise<void> => {
  const other = await connection.runAndReadAll(
    `SELECT rowid + 1, json_type(json) FROM objects WHERE json_type(json) <> 'OBJECT' ORDER BY rowid LIMIT 1`,
  );
  const [first] = other.getRows();
  if (first === undefined) return;
  throw new StageError(`${file}: row ${first[0]} is no object but ${String(first[1]).toLowerCase()}`);
};

const refuseNested = async (connection: DuckDBConnection, names: readonly string[], file: string): Promise<void> => {
  for (const name of names) {
    const type = `json_type(json, ${quoted(pointer(name))})`;
    const nested = await connection.runAndReadAll(
      `SELECT rowid + 1, ${type} FROM objects WHERE ${type} IN ('OBJECT', 'ARRAY') ORDER BY rowid LIMIT 1`,
    );
    const [first] = nested.getRows();
    if (first === undefined) continue;
    throw new StageError(
      `${file}: row ${first[0]}, column "${name}": an ${String(first[1]).toLowerCase()} is no value of a table`,
    );
  }
};

/** DuckDB counts the records of a file from 2, and names the file with its whole path. */
const malformed = (error: unknown, { file, format }: { file: string; format: 'json' | 'jsonl' }): StageError => {
  const message = error instanceof Error ? error.message : String(error);
  const [, byte, record, what] = /at byte (\d+) in (?:record\/value|line) (\d+): (.*?)\.? *$/m.exec(message) ?? [];
  if (byte === undefined) {
    return format === 'json'
      ? new StageError(`${file} is no array of objects`, 'one object a line is the format "jsonl"')
      : new StageError(`${file} is no valid JSON: ${message.split('\n')[0]}`);
  }
  const place = `${format === 'json' ? 'row' : 'line'} ${Number(record) - 1}, byte ${byte}`;
  return new StageError(`${file}: ${place}: malformed JSON (${what})`);
};
