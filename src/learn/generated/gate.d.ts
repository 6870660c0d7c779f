// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { Gate } from '../../types/generated/gate.ts';
export const isGate: {
  (value: unknown): value is Gate;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
