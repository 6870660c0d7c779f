// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { DatasetManifest } from '../../types/generated/dataset.ts';
export const isDataset: {
  (value: unknown): value is DatasetManifest;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
