// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { StageStateFile } from '../../types/generated/state.ts';
export const isStageState: {
  (value: unknown): value is StageStateFile;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
