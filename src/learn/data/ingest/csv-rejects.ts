import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { firstRow } from '../duckdb.ts';
import { counted } from '../words.ts';
import { bytesOf, lineOfRecord } from './file-lines.ts';
import type { SourceFile } from './format.ts';

/** DuckDB keeps the rows that it could not read aside; this makes room for those of the next reading. */
export const forgetRejects = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run('DROP TABLE IF EXISTS reject_errors');
  await connection.run('DROP TABLE IF EXISTS reject_scans');
};

/** One row that could not be read is enough to refuse the file. DuckDB counts records; people look for lines. */
export const refuseRejects = async (connection: DuckDBConnection, file: SourceFile): Promise<void> => {
  const [kept] = await firstRow(connection, `SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'`);
  if (kept === undefined) return;
  const rejects = await connection.runAndReadAll(
    'SELECT line_byte_position, column_idx, column_name, error_type, error_message, count(*) OVER () FROM reject_errors ORDER BY line, column_idx LIMIT 1',
  );
  const [first] = rejects.getRows();
  if (first === undefined) return;
  const [byte, column, , type, message, count] = first.map(String) as [string, string, string, string, string, string];
  const line = await lineOfRecord(file, Number(byte) - 1);
  const others = count === '1' ? '' : ` (${counted(Number(count), 'such error')} in all)`;
  const what = described.get(type)?.(message) ?? message;
  // A line that is too long is of no column.
  const place = `line ${line}${column === 'null' ? '' : `, column ${column}`}`;
  throw new StageError(`${file.name}: ${place}: ${what}${others}`, hints.get(type));
};

const described: ReadonlyMap<string, (message: string) => string> = new Map([
  ['MISSING COLUMNS', (message: string) => `the row ends here: ${fields(message)}`],
  ['TOO MANY COLUMNS', (message: string) => `the row goes on: ${fields(message)}`],
  ['UNQUOTED VALUE', () => 'a quote that does not close, or text after a closing one'],
  ['INVALID ENCODING', () => 'bytes that are not UTF-8'],
  ['LINE SIZE OVER MAXIMUM', () => 'a line of more than 2 MB, or a quote that does not close'],
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

/** What to say where the reader gave up on the whole file. */
export const explainCsv = async (error: unknown, file: SourceFile): Promise<StageError> => {
  const { name, path } = file;
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n')[0]?.replaceAll(path, name);
  const mixed = message.includes('invalid state') ? await mixedLineEnd(file) : null;
  if (mixed !== null) {
    const what = `line ${mixed.line} ends in ${mixed.other}, and those before it in ${mixed.first}`;
    return new StageError(`${name}: ${what}`, 'give all lines the same end');
  }
  if (/maximum line size|buffer_size/i.test(message)) {
    return new StageError(`${name}: a line of more than 2 MB, or a quote that does not close`);
  }
  return new StageError(`${name} is no valid table: ${line}`);
};

/** Where the lines of a file begin to end in another way: LF, CRLF or CR. null: all end alike. */
const mixedLineEnd = async (file: SourceFile): Promise<{ line: number; first: string; other: string } | null> => {
  let line = 0;
  let quotes = false;
  let first: string | undefined;
  let before = '';
  for await (const piece of bytesOf(file)) {
    const text = `${before}${piece.toString('latin1')}`;
    before = text.endsWith('\r') ? '\r' : '';
    for (const [mark] of text.matchAll(/"|\r\n|\n|\r(?!$)/g)) {
      if (mark === '"') {
        quotes = !quotes;
        continue;
      }
      // Editors take a lone CR for the end of a line where no line before ended in another way.
      if (!quotes || mark !== '\r' || first === 'CR') line += 1;
      if (quotes) continue;
      const other = lineEnds.get(mark) as string;
      first ??= other;
      if (other !== first) return { line, first, other };
    }
  }
  return null;
};

const lineEnds: ReadonlyMap<string, string> = new Map([
  ['\n', 'LF'],
  ['\r\n', 'CRLF'],
  ['\r', 'CR'],
]);
