// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { ModelCard } from '../../types/generated/model.ts';
export const isModelCard: {
  (value: unknown): value is ModelCard;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
