// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { TrainingHistory } from '../../types/generated/history.ts';
export const isHistory: {
  (value: unknown): value is TrainingHistory;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
