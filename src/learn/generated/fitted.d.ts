// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Fitted } from '../../types/generated/fitted.ts';
export const isFitted: {
  (value: unknown): value is Fitted;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
