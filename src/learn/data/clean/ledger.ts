import { type TableColumn, writeTable } from '../table.ts';

/** One changed value, or one dropped row. */
export interface Touch {
  readonly id: string;
  readonly rule: 'map' | 'fill' | 'drop missing' | 'drop duplicate';
  /** null where the row as a whole is meant. */
  readonly column: string | null;
  /** null: missing, or the row as a whole. */
  readonly before: string | null;
  /** null: missing, or dropped; for a duplicate, the id of the row that stays. */
  readonly after: string | null;
}

/** Writes the ledger: a row for each touch. */
export const writeLedger = (path: string, touches: readonly Touch[]): Promise<void> =>
  writeTable(
    path,
    fields.map((name): TableColumn => ({ name, type: 'string', values: touches.map((touch) => touch[name]) })),
  );

const fields = ['id', 'rule', 'column', 'before', 'after'] as const;
