// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Findings } from '../../types/generated/findings.ts';
export const isFindings: {
  (value: unknown): value is Findings;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
