import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column } from '../../dataset.ts';
import type { FolderSource, FolderStage } from '../folder.ts';
import type { Ingested } from '../params.ts';
import { chosenFiles, labelled } from './labels.ts';
import type { DocumentsParams } from './params.ts';
import { decodeUtf8, fieldOf } from './read.ts';
import { writeDocuments } from './write.ts';

export const textColumn = (name: string): Column => ({ name, kind: 'text', dtype: 'string' });

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
  const { folder } = source;
  const { field } = params;
  const format =
    field === undefined ? { name: /\.txt$/i, known: '.txt files' } : { name: /\.json$/i, known: '.json files' };
  const files = chosenFiles(source, params.files, format);
  const columns = [textColumn('text'), ...(params.file ? [textColumn('file')] : [])];
  const read = async ({ path: file }: { readonly path: string }) => {
    const text =
      field === undefined ? decodeUtf8(await readFile(join(folder, file)), file) : await fieldOf(folder, file, field);
    return [{ text, file }];
  };
  return writeDocuments({ source, documents: labelled(folder, files, params), columns, read }, stage);
};
