// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { TensorflowInstallation } from '../../types/generated/tensorflow-installation.ts';
export const isTensorflowInstallation: {
  (value: unknown): value is TensorflowInstallation;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
