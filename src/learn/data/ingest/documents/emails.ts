import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { StageError } from '../../../error.ts';
import type { Column } from '../../dataset.ts';
import { counted } from '../../words.ts';
import type { FolderSource, FolderStage } from '../folder.ts';
import type { Ingested } from '../params.ts';
import { textOfHtml } from './html-text.ts';
import { chosenFiles, labelled } from './labels.ts';
import { messagesIn, withoutSeparator } from './mbox.ts';
import type { EmailsParams } from './params.ts';
import { fieldOf } from './read.ts';
import { textColumn } from './texts.ts';
import { type Values, writeDocuments } from './write.ts';

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
  const { folder } = source;
  const { field } = params;
  const format = field === undefined ? raw : { name: /\.json$/i, known: '.json files' };
  const files = chosenFiles(source, params.files, format);
  let undated = 0;
  const read = async ({ path: file }: { readonly path: string }): Promise<Values[]> => {
    const messages =
      field === undefined
        ? rawMessages(file, await readFile(join(folder, file), 'latin1'))
        : [withoutSeparator(await fieldOf(folder, file, field))];
    const found: Values[] = [];
    for (const [index, message] of messages.entries()) {
      const values = await valuesOf(message, params, `${file}: message ${index + 1}`);
      if (values['date'] === null) undated += 1;
      found.push({ ...values, file });
    }
    return found;
  };
  const documents = labelled(folder, files, params);
  const ingested = await writeDocuments({ source, documents, columns: columnsOf(params), read }, stage);
  const notice = `${counted(undated, 'message')} without a date that can be read: it is missing there`;
  const isDated = ingested.manifest.columns.some(({ name }) => name === 'date');
  return { ...ingested, notices: undated === 0 || !isDated ? [] : [notice] };
};

const raw = {
  name: /(^|\/)[^/.][^/]*\.(eml|txt|mbox)$|(^|\/)[^/.]+$/i,
  known: 'messages: files that end in .eml, .txt or .mbox, or have no ending',
};

/** Only a file that may be an mbox is split: a message's own text may have lines that look like the next one. */
const rawMessages = (file: string, bytes: string): Buffer[] => {
  const messages = /\.(eml|txt)$/i.test(file) ? [withoutSeparator(bytes)] : messagesIn(bytes);
  return messages.map((text) => Buffer.from(text, 'latin1'));
};

const columnsOf = ({ headers, file }: EmailsParams): Column[] => [
  textColumn('subject'),
  textColumn('from'),
  { name: 'date', kind: 'date', dtype: 'string' },
  textColumn('body'),
  ...headers.map((header) => textColumn(headerName(header))),
  ...(file ? [textColumn('file')] : []),
];

const headerName = (header: string): string => `header:${header.toLowerCase()}`;

const valuesOf = async (message: string | Uint8Array, { headers }: EmailsParams, place: string): Promise<Values> => {
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
