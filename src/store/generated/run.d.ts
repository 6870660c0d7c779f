// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { RunRecord } from '../../types/generated/run.ts';
export const isRunRecord: {
  (value: unknown): value is RunRecord;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
