// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Comparison } from '../../types/generated/comparison.ts';
export const isComparison: {
  (value: unknown): value is Comparison;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
