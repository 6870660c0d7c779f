// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
import type { LedgerFile } from '../../types/generated/ledger.ts';
export const isLedger: {
  (value: unknown): value is LedgerFile;
  /** What is wrong with the last one: a JSON pointer and words. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
