import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RawDocuments } from '../../types/generated/dataset.ts';
import { readerOf } from '../data/ingest/documents/reader.ts';
import { type Format, filesIn, type SourceFile } from '../data/ingest/format.ts';

/** Files of one format, which are read one after the other. */
export interface Found {
  readonly format: Format;
  readonly files: readonly SourceFile[];
  /** How these texts or e-mails are read. */
  readonly documents?: RawDocuments | undefined;
}

/** Read as what the field would hold. */
export const withoutField = ({ field: _, ...documents }: RawDocuments): RawDocuments => documents;

/**
 * Files of the kind that the model learned from; undefined where there are none, or others are asked for. Where it learned
 * from fields of JSON files, they may be such files, or what the fields hold.
 */
export const findDocuments = async (
  path: string,
  asked: Format | 'auto',
  documents: RawDocuments | undefined,
): Promise<Found | undefined> => {
  if (documents === undefined || (asked !== 'auto' && asked !== documents.format)) return undefined;
  const { format, field } = documents;
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? await filesIn(path) : [basename(path)];
  for (const form of field === undefined ? [documents] : [documents, withoutField(documents)]) {
    const isMeant = (name: string): boolean => readerOf(form).files.name.test(name);
    // A file of JSON may be a document, or rows: by itself it is rows where nobody says otherwise.
    if (!isFolder && asked === 'auto' && form.field !== undefined) continue;
    const found = names.filter(isMeant).map((name) => ({ path: isFolder ? join(path, name) : path, name }));
    if (found.length > 0) return { format, files: found, documents: form };
  }
  return undefined;
};
