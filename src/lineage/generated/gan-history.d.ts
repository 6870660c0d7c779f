// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { GanHistory } from '../../types/generated/gan-history.ts';
export const isGanHistory: {
  (value: unknown): value is GanHistory;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
