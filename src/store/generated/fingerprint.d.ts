// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { CacheEntry } from '../../types/generated/fingerprint.ts';
export const isCacheEntry: {
  (value: unknown): value is CacheEntry;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
