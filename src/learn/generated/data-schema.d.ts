// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { DataSchema } from '../../types/generated/data-schema.ts';
export const isDataSchema: {
  (value: unknown): value is DataSchema;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
