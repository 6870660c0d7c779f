import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import { filePath, firstRow, quoted } from '../duckdb.ts';
import { bytesOf } from './file-lines.ts';
import type { SourceFile } from './format.ts';

/** What stands between the fields of a record. */
export type Delimiter = ',' | ';' | '\t' | '|';

export interface CsvHeader {
  /** The fields of the first record. */
  readonly fields: readonly string[];
  readonly delimiter: Delimiter;
}

/**
 * The first record of a file. Where nothing says what stands between its fields, it is a comma; in a record without
 * one, the only one of semicolon, tab and bar that divides it.
 *
 * @param asked what stands between fields; "auto": the first record says.
 * @throws StageError where the file is empty, is not in UTF-8, or its header has a quote that does not close.
 */
export const csvHeader = async (
  connection: DuckDBConnection,
  file: SourceFile,
  asked: Delimiter | 'auto',
): Promise<CsvHeader> => {
  const record = file.path.endsWith('.zst') ? null : await firstRecord(file);
  const read = async (delimiter: Delimiter): Promise<CsvHeader> => ({
    fields: record === null ? await headerByDuckdb(connection, file, delimiter) : fieldsOf(record, delimiter),
    delimiter,
  });
  const header = await read(asked === 'auto' ? ',' : asked);
  if (asked !== 'auto' || header.fields.length > 1) return header;
  const others: CsvHeader[] = [];
  for (const delimiter of [';', '\t', '|'] as const) others.push(await read(delimiter));
  const [only, ...more] = others.filter(({ fields }) => fields.length > 1);
  return only === undefined || more.length > 0 ? header : only;
};

/** Node 20 reads no zstd. */
const headerByDuckdb = async (
  connection: DuckDBConnection,
  { path, name }: SourceFile,
  delimiter: string,
): Promise<string[]> => {
  try {
    const fields = await firstRow(
      connection,
      `SELECT * FROM read_csv(${filePath(path)}, header = false, all_varchar = true, delim = ${quoted(delimiter)},
        quote = '"', escape = '"', sample_size = 1) LIMIT 1`,
    );
    if (fields.length === 0) throw new StageError(`${name} is empty`);
    return fields.map((field) => String(field ?? ''));
  } catch (error) {
    if (error instanceof StageError) throw error;
    throw new StageError(
      `${name} is no valid table: ${(error as Error).message.split('\n')[0]?.replaceAll(path, name)}`,
    );
  }
};

/** The text of the file up to the end of its first record, without a byte order mark. */
const firstRecord = async (file: SourceFile): Promise<string> => {
  let text = '';
  let quotes = { at: 0, open: false };
  for await (const piece of bytesOf(file)) {
    text += piece.toString('latin1');
    refuseUtf16(text, file);
    quotes = recordEnd(text, quotes);
    if (quotes.at < text.length) return decode(text.slice(0, quotes.at), file);
    if (text.length > longestRecord) throw unclosed(file);
  }
  if (text === '') throw new StageError(`${file.name} is empty`);
  if (quotes.open) throw unclosed(file);
  return decode(text, file);
};

/** Bytes of the first record, at most. */
const longestRecord = 32 * 1024 ** 2;

const unclosed = ({ name }: SourceFile): StageError =>
  new StageError(`${name}: line 1: a quote in the header does not close`);

/** Goes on to the first line end outside quotes, or to the end of what is there. */
const recordEnd = (text: string, { at, open }: { at: number; open: boolean }): { at: number; open: boolean } => {
  let quotes = open;
  for (let index = at; index < text.length; index += 1) {
    if (text[index] === '"') quotes = !quotes;
    else if (!quotes && (text[index] === '\n' || text[index] === '\r')) return { at: index, open: false };
  }
  return { at: text.length, open: quotes };
};

const refuseUtf16 = (text: string, { name }: SourceFile): void => {
  if (!text.startsWith('\xff\xfe') && !text.startsWith('\xfe\xff')) return;
  throw new StageError(`${name} is encoded in UTF-16`, 'save it as UTF-8');
};

const decode = (latin1: string, { name }: SourceFile): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    throw new StageError(`${name}: line 1 is not encoded in UTF-8`, 'save it as UTF-8');
  }
};

const fieldsOf = (record: string, delimiter: Delimiter): string[] =>
  Array.from(`${record}${delimiter}`.matchAll(fieldIn[delimiter]), ([, field = '']) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  );

const fieldIn: Readonly<Record<Delimiter, RegExp>> = {
  ',': /("(?:[^"]|"")*"|[^,]*),/g,
  ';': /("(?:[^"]|"")*"|[^;]*);/g,
  '\t': /("(?:[^"]|"")*"|[^\t]*)\t/g,
  '|': /("(?:[^"]|"")*"|[^|]*)\|/g,
};
