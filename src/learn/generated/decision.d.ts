// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { DecisionFile } from '../../types/generated/decision.ts';
export const isDecision: {
  (value: unknown): value is DecisionFile;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
