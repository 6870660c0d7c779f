// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { PrefixCard } from '../../types/generated/prefix.ts';
export const isPrefix: {
  (value: unknown): value is PrefixCard;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
