import type { Column, NumberColumn } from '../../../types/generated/dataset.ts';
import type { FittedBounds, FittedJudge, FittedOutliers } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { mapNumbers, type Output, rounding, type Transform } from '../fitted/output.ts';
import { asDouble, double, stored } from '../fitted/sql.ts';
import { flagging } from './judge.ts';

/**
 * What fitted bounds, or what judges rows, do to the columns of a split. No row goes: to drop rows is for train alone, when it is fitted.
 *
 * @throws StageError where a column is not there, or is none of numbers.
 */
export const bounding = (
  { features, judge, action }: FittedOutliers,
  columns: readonly Column[],
  { split }: { readonly split: string },
): Transform => {
  for (const name of judge?.columns ?? features.map((feature) => feature.name)) {
    if (columns.some((column) => column.name === name && column.kind === 'number')) continue;
    throw new StageError(
      `${split} has no column "${name}" of numbers, which train has`,
      'take it from the same split stage',
    );
  }
  if (judge !== undefined) return judging(judge, columns, action);
  const outputs = columns.flatMap((column): Output[] => {
    const bounds = features.find(({ name }) => name === column.name);
    if (bounds === undefined || column.kind !== 'number' || action === 'drop') return [{ way: 'kept', column }];
    if (action === 'flag') return [{ way: 'kept', column }, flag(bounds)];
    return [action === 'null' ? emptied(bounds, column) : winsorized(bounds, column)];
  });
  return { outputs, checks: { whole: [], known: new Map(), fits: [] } };
};

/** A flag beside the columns, where one was asked for. */
const judging = (judge: FittedJudge, columns: readonly Column[], action: FittedOutliers['action']): Transform => {
  const kept = columns.map((column): Output => ({ way: 'kept', column }));
  if (action !== 'flag') return { outputs: kept, checks: { whole: [], known: new Map(), fits: [] } };
  return { outputs: [...kept, flagging(judge)], checks: { whole: judge.columns, known: new Map(), fits: [] } };
};

/** SQL that says whether a value is outside; false for a missing one. */
export const isOutside = ({ name, low, high }: FittedBounds): string =>
  `coalesce(${asDouble(name)} < ${double(low)} OR ${asDouble(name)} > ${double(high)}, false)`;

const flag = (bounds: FittedBounds): Output => {
  const column: NumberColumn = { name: bounds.flag as string, kind: 'number', dtype: 'uint8' };
  return {
    way: 'sql',
    column,
    reads: [bounds.name],
    sql: stored(column, isOutside(bounds)),
    compute: (columns) =>
      mapNumbers(columns, bounds.name, (value) => Number(value < bounds.low || value > bounds.high)),
  };
};

const emptied = (bounds: FittedBounds, column: NumberColumn): Output => ({
  way: 'sql',
  column,
  reads: [column.name],
  sql: `CASE WHEN ${isOutside(bounds)} THEN NULL ELSE "${column.name.replaceAll('"', '""')}" END`,
  compute: (columns) =>
    mapNumbers(columns, bounds.name, (value) => (value < bounds.low || value > bounds.high ? Number.NaN : value)),
});

/** A value outside becomes the bound; whole numbers have no room for one. */
const winsorized = (bounds: FittedBounds, before: NumberColumn): Output => {
  const column: NumberColumn = before.dtype === 'float32' ? before : { ...before, dtype: 'float64' };
  const [x, low, high] = [asDouble(column.name), double(bounds.low), double(bounds.high)];
  return {
    way: 'sql',
    column,
    reads: [column.name],
    sql: stored(column, `CASE WHEN ${x} < ${low} THEN ${low} WHEN ${x} > ${high} THEN ${high} ELSE ${x} END`),
    compute: (columns) => {
      const round = rounding(column);
      return mapNumbers(columns, column.name, (value) => {
        if (value < bounds.low) return round(bounds.low);
        return value > bounds.high ? round(bounds.high) : value;
      });
    },
  };
};
