// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Cost } from '../../types/generated/cost.ts';
export const isCost: {
  (value: unknown): value is Cost;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
