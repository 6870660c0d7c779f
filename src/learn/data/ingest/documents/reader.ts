import type { RawDocuments } from '../../../../types/generated/dataset.ts';
import { emailReader } from './emails.ts';
import type { DocumentReader } from './read.ts';
import { textReader } from './texts.ts';

/** How a source's files became examples, for those who will have one more of them. */
export const readerOf = (documents: RawDocuments): DocumentReader =>
  documents.format === 'texts' ? textReader(documents) : emailReader(documents);
