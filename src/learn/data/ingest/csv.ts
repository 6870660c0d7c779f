import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { filePath, quoted } from '../duckdb.ts';
import { counted } from '../words.ts';
import { looksNumeric } from './cells.ts';
import type { Loader } from './tabular.ts';

/**
 * Loads a file of separated values as RFC 4180 has it: a header, then rows of as many fields, with double quotes
 * around what needs them. Nothing is guessed: no row is skipped, padded or cut. Blank lines are no rows.
 */
export const csv =
  (delimiter: ',' | '\t'): Loader =>
  async (connection, path) => {
    const names = headerNames(await firstRecord(path), { delimiter, file: basename(path) });
    const fields = names.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
    const cells = names.map((_, index) => `c${index}, ${looksNumeric(`c${index}`)} AS n${index}`).join(', ');
    await forgetRejects(connection);
    try {
      await connection.run(`CREATE OR REPLACE TEMP TABLE source AS SELECT ${cells} FROM read_csv(${filePath(path)},
        columns = {${fields}}, delim = ${quoted(delimiter)}, ${strictly})`);
    } catch (error) {
      throw notReadable(error, basename(path));
    }
    await refuseRejects(connection, basename(path));
    return names;
  };

/** No sniffing, no padding, and no text that silently becomes a null: params.missing says what is missing. */
const strictly = `auto_detect = false, header = true, quote = '"', escape = '"', nullstr = '\u0001', strict_mode = true,
  null_padding = false, hive_partitioning = false, store_rejects = true`;

/** The text of the file up to the end of its first record, without a byte order mark. */
const firstRecord = async (path: string): Promise<string> => {
  let text = '';
  for await (const piece of bytesOf(path)) {
    text += Buffer.from(piece as Buffer).toString('latin1');
    refuseUtf16(text, path);
    const end = recordEnd(text);
    if (end >= 0) return decode(text.slice(0, end), path);
  }
  if (text === '') throw new StageError(`${basename(path)} is empty`);
  return decode(text, path);
};

const bytesOf = (path: string): Readable =>
  path.endsWith('.gz') ? createReadStream(path).pipe(createGunzip()) : createReadStream(path);

/** The index of the first line end outside quotes; -1 where there is none. */
const recordEnd = (text: string): number => {
  let quotes = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') quotes = !quotes;
    else if (!quotes && (text[at] === '\n' || text[at] === '\r')) return at;
  }
  return -1;
};

const refuseUtf16 = (text: string, path: string): void => {
  if (!text.startsWith('\xff\xfe') && !text.startsWith('\xfe\xff')) return;
  throw new StageError(`${basename(path)} is encoded in UTF-16`, 'save it as UTF-8');
};

const decode = (latin1: string, path: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    throw new StageError(`${basename(path)}: line 1 is not encoded in UTF-8`, 'save it as UTF-8');
  }
};

const headerNames = (record: string, { delimiter, file }: { delimiter: string; file: string }): string[] => {
  const names: string[] = [];
  for (const [, field] of `${record}${delimiter}`.matchAll(delimiter === ',' ? commaFields : tabFields)) {
    const name = field?.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : (field ?? '');
    names.push(name);
  }
  checkNames(names, file);
  return names;
};

const commaFields = /("(?:[^"]|"")*"|[^,]*),/g;
const tabFields = /("(?:[^"]|"")*"|[^\t]*)\t/g;

const checkNames = (names: readonly string[], file: string): void => {
  names.forEach((name, index) => {
    const column = `${file}: column ${index + 1} of the header`;
    if (name.trim() === '') throw new StageError(`${column} has no name`, 'the first line has to name the columns');
    const first = names.indexOf(name);
    if (first !== index) throw new StageError(`${column} is named "${name}", as column ${first + 1} is`);
  });
};

const forgetRejects = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run('DROP TABLE IF EXISTS reject_errors');
  await connection.run('DROP TABLE IF EXISTS reject_scans');
};

/** DuckDB keeps the rows that it could not read aside; one is enough to refuse the file. */
const refuseRejects = async (connection: DuckDBConnection, file: string): Promise<void> => {
  const rejects = await connection.runAndReadAll(
    'SELECT line, column_idx, column_name, error_type, error_message, count(*) OVER () FROM reject_errors ORDER BY line, column_idx LIMIT 1',
  );
  const [first] = rejects.getRows();
  if (first === undefined) return;
  const [line, column, , type, message, count] = first.map(String) as [string, string, string, string, string, string];
  const others = count === '1' ? '' : ` (${counted(Number(count), 'such error')} in all)`;
  const what = described.get(type)?.(message) ?? message;
  throw new StageError(`${file}: line ${line}, column ${column}: ${what}${others}`, hints.get(type));
};

const described: ReadonlyMap<string, (message: string) => string> = new Map([
  ['MISSING COLUMNS', (message: string) => `the row ends here: ${fields(message)}`],
  ['TOO MANY COLUMNS', (message: string) => `the row goes on: ${fields(message)}`],
  ['UNQUOTED VALUE', () => 'a quote that does not close, or text after a closing one'],
  ['INVALID ENCODING', () => 'bytes that are not UTF-8'],
]);

const hints: ReadonlyMap<string, string> = new Map([
  ['MISSING COLUMNS', 'each row needs as many fields as the header'],
  ['TOO MANY COLUMNS', 'a field with the delimiter in it needs double quotes around it'],
  ['UNQUOTED VALUE', 'a double quote within a quoted field is written twice'],
  ['INVALID ENCODING', 'save the file as UTF-8'],
]);

/** From "Expected Number of Columns: 2 Found: 3". */
const fields = (message: string): string => {
  const [expected, found] = message.match(/\d+/g) ?? [];
  return `${counted(Number(found), 'field')} where the header has ${expected}`;
};

const notReadable = (error: unknown, file: string): StageError => {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  const mixed = line?.includes('invalid state') === true;
  const why = mixed ? 'its lines end in different ways (LF and CRLF), or its quotes are broken' : line;
  return new StageError(`${file} is no valid table: ${why}`);
};
