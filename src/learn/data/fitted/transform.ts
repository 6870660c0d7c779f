import type { Column } from '../../../types/generated/dataset.ts';
import type { FittedStep } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { imputing } from '../impute/transform.ts';
import { findTwins } from '../names.ts';
import { normalizing } from '../normalize/transform.ts';
import { bounding } from '../outliers/transform.ts';
import type { Target } from '../targets.ts';
import type { Transform } from './output.ts';

/**
 * What a fitted step does to rows with these columns.
 *
 * @param options.split name of the rows, for messages.
 * @throws StageError where the columns are not those that it was fitted on, or two new ones would have one name.
 */
export const transformOf = (
  step: FittedStep,
  columns: readonly Column[],
  options: { readonly split: string; readonly target: Target },
): Transform => {
  const transform = kindOf(step, columns, options);
  const twins = findTwins(transform.outputs.map(({ column }) => column.name));
  if (twins === null) return transform;
  throw new StageError(`there would be two columns named "${twins[1]}"`, 'rename the column of the source');
};

const kindOf = (...[step, columns, options]: Parameters<typeof transformOf>): Transform => {
  switch (step.stage) {
    case 'impute':
      return imputing(step, columns, options);
    case 'outliers':
      return bounding(step, columns, options);
    case 'normalize':
      return normalizing(step, columns, options);
  }
};
