// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Diagnosis } from '../../types/generated/diagnosis.ts';
export const isDiagnosis: {
  (value: unknown): value is Diagnosis;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
