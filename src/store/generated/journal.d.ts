// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { JournalLine } from '../../types/generated/journal.ts';
export const isJournalLine: {
  (value: unknown): value is JournalLine;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
