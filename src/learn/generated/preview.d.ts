// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Preview } from '../../types/generated/preview.ts';
export const isPreview: {
  (value: unknown): value is Preview;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
