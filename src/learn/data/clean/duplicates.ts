import type { Dataset } from '../dataset.ts';
import { type KeyColumn, keysOf } from '../row-keys.ts';
import { isTarget, type Target } from '../targets.ts';
import { type EqualRows, equalRows } from './equal.ts';
import { dropPicked } from './picked.ts';

/** A row that a rule on several rows has to do with, and another row that tells why. */
export interface Found {
  readonly row: number;
  readonly other: number;
}

export interface Search {
  readonly dataset: Dataset;
  /** All columns after the rules. */
  readonly columns: readonly KeyColumn[];
  /** Whether a row is still there. */
  readonly isIn: (row: number) => boolean;
  /** Whether a row is of an official test set, of which none is ever dropped. */
  readonly isTest: (row: number) => boolean;
}

export interface Duplicates extends Omit<EqualRows, 'sets'> {
  readonly found: readonly Found[];
}

/**
 * Rows that go because an equal one stays. Of equal rows the first stays, but where train and test share a row, train's
 * goes, wherever it stands.
 *
 * @param told SQL that is true for rows that are to be put aside too, if they are few; null: none.
 */
export const findDuplicates = async (
  { dataset, columns, isIn, isTest }: Search,
  told: string | null,
): Promise<Duplicates> => {
  const { sets, ...aside } = await equalRows(dataset, columns, { isIn, told });
  const found = sets.flatMap((rows) => {
    const other = rows.find(isTest) ?? (rows[0] as number);
    return rows.filter((row) => row !== other && !isTest(row)).map((row) => ({ row, other }));
  });
  return { found, ...aside };
};

/** Rows with features that another row has with another target, or others, and the first row with those features. */
export const findConflicts = async (search: Search, target: Target): Promise<Found[]> => {
  const { dataset, columns, isIn } = search;
  const features = columns.filter(({ column }) => !isTarget(target, column.name));
  const { sets, picked } = await equalRows(dataset, features, { isIn, told: null });
  await dropPicked(picked);
  if (sets.length === 0) return [];
  const targets = await keysOf(
    dataset,
    columns.filter(({ column }) => isTarget(target, column.name)),
    { seed: 0 },
  );
  return sets.flatMap((rows) => {
    const other = rows[0] as number;
    return rows.every((row) => targets[row] === targets[other]) ? [] : rows.map((row) => ({ row, other }));
  });
};
