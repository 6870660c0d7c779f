import { StageError } from '../../error.ts';
import { type SplitName, splitNames } from './params.ts';
import type { Survey } from './survey.ts';

/**
 * The split that a column says.
 *
 * @throws StageError where a row has another value than train, validation or test.
 */
export const fixedSplit = ({ ids, labels }: Survey, column: string): SplitName[] =>
  (labels ?? []).map((label, row) => {
    const name = splitNames.find((known) => known === label);
    if (name !== undefined) return name;
    throw new StageError(
      `row ${ids[row]}, column "${column}": "${label}" is no split`,
      'the values are "train", "validation" and "test"; clean.map can make them so',
    );
  });
