import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import { listed } from '../words.ts';

/**
 * How many rows each class is to have, so that they stand to each other as their shares.
 *
 * @param counts rows of each class that has some.
 * @param shares by label; default: all alike.
 * @param bound "most": no class loses a row, and one of them gets none. "least": no class gets a row, and one loses none.
 * @throws StageError where the shares name other labels than there are.
 */
export const goalsOf = (
  counts: ReadonlyMap<string, number>,
  {
    shares,
    bound,
  }: { readonly shares: Readonly<Record<string, number>> | undefined; readonly bound: 'most' | 'least' },
): Map<string, number> => {
  if (shares !== undefined) checkLabels('shares', shares, counts);
  const shareOf = (label: string): number => (shares === undefined ? 1 : (own(shares, label) as number));
  const units = [...counts].map(([label, count]) => count / shareOf(label));
  const unit = bound === 'most' ? Math.max(...units) : Math.min(...units);
  return new Map([...counts.keys()].map((label) => [label, Math.max(1, Math.round(unit * shareOf(label)))]));
};

/** @throws StageError where a param's labels are not those of train. */
export const checkLabels = (
  param: string,
  given: Readonly<Record<string, number>>,
  counts: ReadonlyMap<string, number>,
): void => {
  const strange = Object.keys(given).find((label) => !counts.has(label));
  if (strange !== undefined) {
    throw new StageError(
      `params.${param} names "${strange}", which no row of train has`,
      `there are ${listed(counts.keys())}`,
    );
  }
  const absent = [...counts.keys()].find((label) => !Object.hasOwn(given, label));
  if (absent !== undefined)
    throw new StageError(`params.${param} says nothing of "${absent}"`, 'name all labels of the target');
};
