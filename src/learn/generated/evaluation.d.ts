// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Evaluation } from '../../types/generated/evaluation.ts';
export const isEvaluation: {
  (value: unknown): value is Evaluation;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
