// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Profile } from '../../types/generated/profile.ts';
export const isProfile: {
  (value: unknown): value is Profile;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
