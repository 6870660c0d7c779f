import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import type { Column, DatasetManifest } from '../dataset.ts';
import { isTarget, type Target } from '../targets.ts';
import { listed } from '../words.ts';
import type { BoundsMethod, OutliersParams, RowMethod } from './params.ts';

/** What is judged, and how: columns each by itself, or rows by some columns together. */
export type Plan =
  | { readonly by: 'columns'; readonly columns: readonly { readonly name: string; readonly method: BoundsMethod }[] }
  | { readonly by: 'rows'; readonly method: RowMethod; readonly names: readonly string[] };

/** @throws StageError where the params name a column that is no feature of numbers, or do not go together. */
export const planOf = ({ columns, target }: DatasetManifest, params: OutliersParams): Plan => {
  const names = columns.filter((column) => isFeature(column, target)).map(({ name }) => name);
  const unknown = Object.keys(params.columns).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new StageError(
      `params.columns names "${unknown}", which is no feature of numbers`,
      `there are ${listed(names)}`,
    );
  }
  const { method } = params;
  refuseStray(params);
  if (method === 'isolation-forest' || method === 'knn') {
    return { by: 'rows', method, names: names.filter((name) => own(params.columns, name) !== 'none') };
  }
  return {
    by: 'columns',
    columns: names.flatMap((name) => {
      const asked = own(params.columns, name) ?? method;
      return asked === 'none' ? [] : [{ name, method: asked }];
    }),
  };
};

/** Bytes are flags, as the indicators of impute and encoded labels: nothing lies outside of 0 and 1. */
const isFeature = (column: Column, target: Target): boolean =>
  !isTarget(target, column.name) && column.kind === 'number' && column.dtype !== 'uint8';

/** Params that say nothing under the method are a misunderstanding. */
const refuseStray = (params: OutliersParams): void => {
  const { method, action, columns, threshold, contamination } = params;
  const isRows = method === 'isolation-forest' || method === 'knn';
  const owners = { contamination: isRows, sample: isRows, trees: method === 'isolation-forest', neighbours: method === 'knn' }; // biome-ignore format: one line
  const stray = (Object.keys(owners) as (keyof typeof owners)[]).find((name) => params[name] !== undefined && !owners[name]); // biome-ignore format: one line
  if (stray !== undefined) {
    throw new StageError(`params.${stray} does not go with the method "${method}"`, 'leave it out');
  }
  if (!isRows) return;
  if (action !== 'drop' && action !== 'flag') {
    throw new StageError(
      `the method "${method}" judges rows, and the action "${action}" is for single values`,
      'say "action": "drop" or "flag"',
    );
  }
  const other = Object.entries(columns).find(([, asked]) => asked !== 'none');
  if (other !== undefined) {
    throw new StageError(
      `params.columns: "${other[0]}" cannot be judged by "${other[1]}" where the method "${method}" judges rows`,
      'say "none" to leave a feature out, or put a second outliers stage before',
    );
  }
  if (threshold !== undefined && contamination !== undefined) {
    throw new StageError('params.threshold and params.contamination both say where outliers begin', 'give one of them');
  }
};
