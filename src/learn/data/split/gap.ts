import { StageError } from '../../error.ts';
import type { Column } from '../dataset.ts';

/** What is left out before validation and before test. */
export type Gap =
  | { readonly kind: 'rows'; readonly rows: number }
  /** In the unit of the column of time: seconds where it has dates. */
  | { readonly kind: 'duration'; readonly length: number };

const seconds: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800 };

/**
 * @param gap rows, or as "7 days"; "5 units" of a column of numbers.
 * @throws StageError where the unit is none of the column's.
 */
export const parseGap = (gap: number | string, column: Column): Gap => {
  if (typeof gap === 'number') return { kind: 'rows', rows: gap };
  const [, count, unit] = /^(\d+(?:\.\d+)?) (unit|second|minute|hour|day|week)s?$/.exec(gap) ?? [];
  const factor = column.kind === 'number' ? (unit === 'unit' ? 1 : undefined) : seconds[unit ?? ''];
  if (count !== undefined && factor !== undefined) return { kind: 'duration', length: Number(count) * factor };
  throw new StageError(
    `params.gap "${gap}" is no length of column "${column.name}", which has ${column.kind === 'number' ? 'numbers' : 'dates'}`,
    column.kind === 'number' ? 'give rows, as 10, or "5 units"' : 'give rows, as 10, or "7 days", "12 hours"',
  );
};
