import { StageError } from '../../error.ts';
import { type Stream, shuffle } from '../../random.ts';
import { counted, sortLabels } from '../words.ts';
import type { SplitName } from './params.ts';
import { shareSeats } from './seats.ts';
import type { Survey } from './survey.ts';

/** Fractions of a pool of rows; the rest is train. */
export interface Shares {
  readonly validation: number;
  readonly test: number;
}

/**
 * Splits a pool of rows at random. Where the survey has labels, each label has the same shares in each split as far as
 * whole rows allow. The totals are the fractions of the pool, rounded, and exact unless equal rows, which stay
 * together, do not fit: those go to train.
 *
 * @param pool indices of the rows that may be chosen.
 * @param assigned gets the split of each of them.
 * @throws StageError where a label has fewer rows than there are splits asked for.
 */
export const randomSplit = (
  { pool, survey, shares }: { pool: readonly number[]; survey: Survey; shares: Shares },
  random: Stream,
  assigned: SplitName[],
): void => {
  const strata = strataOf(pool, survey);
  if (survey.labels !== null) refuseSmall(strata, shares);
  const sizes = strata.map(({ rows }) => rows.length);
  const test = shareSeats(sizes, Math.round(pool.length * shares.test));
  const rest = sizes.map((size, index) => size - (test[index] as number));
  const most = rest.reduce((sum, size) => sum + size, 0);
  const validation = shareSeats(rest, Math.min(Math.round(pool.length * shares.validation), most));
  strata.forEach(({ rows }, index) => {
    const groups = shuffle(groupsOf(rows, survey), random);
    assign(groups, { test: test[index] as number, validation: validation[index] as number }, assigned);
  });
};

interface Stratum {
  readonly label: string;
  readonly rows: readonly number[];
}

/** The rows of each label, the labels in order; one stratum where there are no labels. */
const strataOf = (pool: readonly number[], { labels }: Survey): Stratum[] => {
  const strata = new Map<string, number[]>();
  for (const row of pool) {
    const label = labels?.[row] ?? '';
    const rows = strata.get(label);
    if (rows === undefined) strata.set(label, [row]);
    else rows.push(row);
  }
  return sortLabels(strata.keys()).map((label) => ({ label, rows: strata.get(label) ?? [] }));
};

const refuseSmall = (strata: readonly Stratum[], { validation, test }: Shares): void => {
  const splits = 1 + Number(validation > 0) + Number(test > 0);
  const small = strata.find(({ rows }) => rows.length < splits);
  if (small === undefined) return;
  throw new StageError(
    `"${small.label}" has ${counted(small.rows.length, 'row')}, and a stratified split into ${splits} needs as many at least`,
    'drop such rows in clean, or split without stratify',
  );
};

/** Rows with the same content, together; in the order of their first rows. */
const groupsOf = (rows: readonly number[], { digests }: Survey): number[][] => {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const digest = digests[row] as string;
    const group = groups.get(digest);
    if (group === undefined) groups.set(digest, [row]);
    else group.push(row);
  }
  return [...groups.values()];
};

const assign = (groups: readonly number[][], seats: Shares, assigned: SplitName[]): void => {
  let { test, validation } = seats;
  for (const group of groups) {
    let split: SplitName = 'train';
    if (group.length <= test) {
      split = 'test';
      test -= group.length;
    } else if (group.length <= validation) {
      split = 'validation';
      validation -= group.length;
    }
    for (const row of group) assigned[row] = split;
  }
};
