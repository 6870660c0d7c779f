// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Leakage } from '../../types/generated/leakage.ts';
export const isLeakage: {
  (value: unknown): value is Leakage;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
