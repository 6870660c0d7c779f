import { StageError } from '../../error.ts';
import { counted, listed } from '../words.ts';

/** @throws StageError where rows have no value: what to put there is not for a scaler to decide; an answer cannot be made up. */
export const refuseMissing = (split: string, column: string, rows: number, isTarget = false): void => {
  if (rows === 0) return;
  const inClean = `say in clean what becomes of them, as "missing": { "${column}": "drop" }`;
  throw new StageError(
    `${split}, column "${column}": ${counted(rows, 'row')} without a value`,
    isTarget ? `it is the target, which is not imputed: ${inClean}` : `put an impute stage before, or ${inClean}`,
  );
};

/** @throws StageError where columns have no value in any row: there is nothing to fit, nor to put there. */
export const refuseEmpty = (split: string, columns: readonly string[]): void => {
  if (columns.length === 0) return;
  throw new StageError(
    `${split}, ${columns.length === 1 ? 'column' : 'columns'} ${listed(columns)}: no row has a value`,
    'leave such columns out in ingest.columns, or say in clean.missing what they are filled with, as { "fill": 0 }',
  );
};

/** @throws StageError where values are not what they must be. */
export const refuseUnfit = (
  split: string,
  { name, what }: { readonly name: string; readonly what: string },
  rows: number,
): void => {
  if (rows === 0) return;
  throw new StageError(
    `${split}, column "${name}": ${counted(rows, 'row')} whose value ${what}`,
    'correct them in clean',
  );
};
