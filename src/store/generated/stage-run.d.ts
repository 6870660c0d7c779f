// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
export const isStageRunRecord: {
  (value: unknown): value is StageRunRecord;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
