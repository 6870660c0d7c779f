import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawDocuments } from '../../types/generated/dataset.ts';
import type { Values } from '../data/ingest/documents/read.ts';
import { readerOf } from '../data/ingest/documents/reader.ts';
import type { SourceFile } from '../data/ingest/format.ts';
import { StageError } from '../error.ts';
import type { RowFault } from './fault.ts';
import type { Wanted } from './raw-query.ts';
import type { RawRowsRead, RawSource } from './raw-rows.ts';

/** What a row of a document has of what the model takes: other columns of it are not asked for. */
export const documentRow = (values: Values, wanted: readonly Pick<Wanted, 'name'>[]): Values =>
  Object.fromEntries(
    wanted.flatMap(({ name }) => (Object.hasOwn(values, name) ? [[name, wellFormed(values[name] ?? null)]] : [])),
  );

/** Half of a surrogate pair is no text in UTF-8: a replacement character stands for it, as in ingest's tables. */
const wellFormed = (text: string | null): string | null => (text === null ? null : Buffer.from(text).toString());

export interface DocumentRows {
  readonly documents: RawDocuments;
  readonly wanted: readonly Wanted[];
  /** A folder for rows in between. */
  readonly temporary: string;
  /** Opens a file of JSON lines as a table. */
  readonly open: (file: SourceFile) => Promise<RawSource>;
}

/**
 * Files of texts or e-mails as rows: read as ingest reads them, and from there on rows of a table as others. A file that
 * cannot be read is a bad row.
 *
 * @throws StageError where none can be read.
 */
export const documentRows = async (
  files: readonly SourceFile[],
  { documents, wanted, temporary, open }: DocumentRows,
): Promise<RawSource> => {
  const { read } = readerOf(documents);
  const lines: string[] = [];
  const names: string[] = [];
  const faults: RowFault[] = [];
  /** Numbers of the rows of the table. */
  const numbers: number[] = [];
  for (const { path, name } of files) {
    const found = await read(await readFile(path), name).catch((error: unknown) => unreadable(error, name));
    if ('why' in found) {
      names.push(name);
      faults.push({ row: names.length, column: null, found: null, what: found.why, expected: expected[documents.format] }); // biome-ignore format: one line
      continue;
    }
    for (const [at, values] of found.entries()) {
      names.push(found.length > 1 ? `${name}: message ${at + 1}` : name);
      numbers.push(names.length);
      lines.push(JSON.stringify({ ...documentRow(values, wanted), ...(wanted.some(isFile) && { file: name }) }));
    }
  }
  if (lines.length === 0) throw new StageError(`none of the ${documents.format} can be read`, faults[0] && `${names[0]} ${faults[0].what}`); // biome-ignore format: one line
  const path = join(temporary, 'documents.jsonl');
  await writeFile(path, lines.join('\n'), { mode: 0o600 });
  const source = await open({ path, name: documents.format });
  return {
    ...{ name: documents.format, notices: source.notices },
    fileOf: (row) => names[row - 1]!,
    hasColumns: true,
    async *parts() {
      let before = faults;
      for await (const part of source.parts()) {
        yield renumbered(part, numbers, before);
        before = [];
      }
    },
  };
};

const isFile = ({ name }: Wanted): boolean => name === 'file';

const expected = { texts: 'a text in UTF-8', emails: 'an e-mail' } as const;

interface Unreadable {
  /** Without the name of the file, which is told before it. */
  readonly why: string;
}

const unreadable = (error: unknown, name: string): Unreadable => {
  if (!(error instanceof StageError)) throw error;
  const [said = ''] = error.message.split('\n');
  return { why: said.startsWith(name) ? said.slice(name.length).replace(/^:? /, '') : said };
};

const renumbered = (
  { numbers, columns, faults }: RawRowsRead,
  rows: readonly number[],
  before: readonly RowFault[],
): RawRowsRead => ({
  numbers: numbers.map((number) => rows[number - 1]!),
  columns,
  faults: [...before, ...faults.map((fault) => ({ ...fault, row: rows[fault.row - 1]! }))],
});
