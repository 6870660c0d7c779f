import PostalMime from 'postal-mime';
import type { RawDocuments } from '../../../../types/generated/dataset.ts';
import { StageError } from '../../../error.ts';
import type { Column } from '../../dataset.ts';
import { counted } from '../../words.ts';
import type { FolderSource, FolderStage } from '../folder.ts';
import type { Ingested } from '../params.ts';
import { textOfHtml } from './html-text.ts';
import { chosenFiles, labelled } from './labels.ts';
import { messagesIn, withoutSeparator } from './mbox.ts';
import type { EmailsParams } from './params.ts';
import { type DocumentReader, fieldOf, type Values } from './read.ts';
import { textColumn, writeDocuments } from './write.ts';

/**
 * Reads a folder of e-mails: raw messages, a file each, or mbox files with many. The columns are subject, from (the
 * address), date (in UTC), body (the plain text, else that of the HTML) and the headers that are asked for.
 *
 * @throws StageError where there are none, or one cannot be parsed, or has no label.
 */
export const ingestEmails = async (
  source: FolderSource,
  params: EmailsParams,
  stage: Pick<FolderStage, 'progress'>,
): Promise<Ingested> => {
  const { field, file, headers } = params;
  const how: RawDocuments = { format: 'emails', ...(field !== undefined && { field }), headers: [...headers] };
  const plain = emailReader(how);
  let undated = 0;
  const read: DocumentReader['read'] = async (...document) => {
    const found = await plain.read(...document);
    undated += found.filter(({ date }) => date === null).length;
    return found;
  };
  const documents = labelled(source.folder, chosenFiles(source, params.files, plain.files), params);
  const ingested = await writeDocuments({ source, documents, raw: how, reader: { ...plain, read }, file }, stage);
  const notice = `${counted(undated, 'message')} without a date that can be read: it is missing there`;
  const isDated = ingested.manifest.columns.some(({ name }) => name === 'date');
  return { ...ingested, notices: undated === 0 || !isDated ? [] : [notice] };
};

/** A file is a message, or an mbox of many, or has a message in a field. */
export const emailReader = ({ field, headers = [] }: Pick<RawDocuments, 'field' | 'headers'>): DocumentReader => ({
  columns: columnsOf(headers),
  files: field === undefined ? raw : { name: /\.json$/i, known: '.json files' },
  read: async (bytes, name) => {
    const messages =
      field === undefined
        ? rawMessages(name, bytes.toString('latin1'))
        : [withoutSeparator(fieldOf(bytes, name, field))];
    const found: Values[] = [];
    for (const [index, message] of messages.entries())
      found.push(await valuesOf(message, headers, `${name}: message ${index + 1}`));
    return found;
  },
});

const raw = {
  name: /(^|\/)[^/.][^/]*\.(eml|txt|mbox)$|(^|\/)[^/.]+$/i,
  known: 'messages: files that end in .eml, .txt or .mbox, or have no ending',
};

/** Only a file that may be an mbox is split: a message's own text may have lines that look like the next one. */
const rawMessages = (file: string, bytes: string): Buffer[] => {
  const messages = /\.(eml|txt)$/i.test(file) ? [withoutSeparator(bytes)] : messagesIn(bytes);
  return messages.map((text) => Buffer.from(text, 'latin1'));
};

const columnsOf = (headers: readonly string[]): Column[] => [
  textColumn('subject'),
  textColumn('from'),
  { name: 'date', kind: 'date', dtype: 'string' },
  textColumn('body'),
  ...headers.map((header) => textColumn(headerName(header))),
];

const headerName = (header: string): string => `header:${header.toLowerCase()}`;

const valuesOf = async (message: string | Uint8Array, headers: readonly string[], place: string): Promise<Values> => {
  const email = await PostalMime.parse(message).catch((error: Error) => {
    throw new StageError(`${place} cannot be read: ${error.message}`);
  });
  const { subject, from, date, text, html } = email;
  const asked = headers.map((header): [string, string | null] => {
    const values = email.headers.filter(({ key }) => key === header.toLowerCase()).map(({ value }) => value);
    return [headerName(header), values.length === 0 ? null : values.join('\n')];
  });
  return {
    subject: subject ?? null,
    from: from?.address || null,
    date: date === undefined ? null : dateIn(date),
    body: text ?? (html === undefined ? null : textOfHtml(html)),
    ...Object.fromEntries(asked),
  };
};

/** In UTC, to the second; null where it was no date. */
const dateIn = (date: string): string | null =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(date) ? date.slice(0, 19) : null;
