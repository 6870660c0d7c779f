import type { RawDocuments } from '../../../../types/generated/dataset.ts';
import type { FolderSource, FolderStage } from '../folder.ts';
import type { Ingested } from '../params.ts';
import { chosenFiles, labelled } from './labels.ts';
import type { DocumentsParams } from './params.ts';
import { type DocumentReader, decodeUtf8, fieldOf } from './read.ts';
import { textColumn, writeDocuments } from './write.ts';

/**
 * Reads a folder of texts: the column `text`, each file as it is, and the labels as categories.
 *
 * @throws StageError where there are none, one is not in UTF-8, or has no label.
 */
export const ingestTexts = (
  source: FolderSource,
  params: DocumentsParams,
  stage: Pick<FolderStage, 'progress'>,
): Promise<Ingested> => {
  const { field, file } = params;
  const raw: RawDocuments = { format: 'texts', ...(field !== undefined && { field }) };
  const reader = textReader(raw);
  const documents = labelled(source.folder, chosenFiles(source, params.files, reader.files), params);
  return writeDocuments({ source, documents, raw, reader, file }, stage);
};

/** A file is a text, or has one in a field. */
export const textReader = ({ field }: Pick<RawDocuments, 'field'>): DocumentReader => ({
  columns: [textColumn('text')],
  files: field === undefined ? { name: /\.txt$/i, known: '.txt files' } : { name: /\.json$/i, known: '.json files' },
  read: async (bytes, name) => [{ text: field === undefined ? decodeUtf8(bytes, name) : fieldOf(bytes, name, field) }],
});
