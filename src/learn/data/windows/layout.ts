import type { Column, DatasetManifest, NumberColumn, TensorColumn } from '../../../types/generated/dataset.ts';
import { StageError } from '../../error.ts';
import type { DatasetHeader } from '../dataset.ts';
import { elementsOf } from '../rows.ts';
import { oneTarget } from '../targets.ts';
import type { WindowsParams } from './params.ts';

/** How the columns of a data set become windows. */
export interface Layout {
  readonly target: Column;
  /** Columns of which a step is made, in order: their elements stand beside each other. */
  readonly features: readonly (NumberColumn | TensorColumn)[];
  /** Elements of a step. */
  readonly width: number;
  /** Whether the last element of a step is the target. */
  readonly pastTarget: boolean;
  /** Of the windows. */
  readonly header: DatasetHeader;
}

/** What a data set says of its rows. */
export type Rowed = Pick<DatasetManifest, 'target' | 'columns' | 'raw' | 'row_weights' | 'weights'>;

/** Name of the windows' feature. */
export const windowColumn = 'window';

/** @throws StageError where the columns do not make windows. */
export const layoutOf = (manifest: Rowed, params: WindowsParams): Layout => {
  const { columns } = manifest;
  const targetName = oneTarget(manifest.target, 'windows');
  const named = (role: 'by' | 'time', name: string): void => {
    if (!columns.some((column) => column.name === name)) throw unknownColumn(role, name, columns);
    if (name === targetName) throw new StageError(`params.${role} names the target "${name}"`);
  };
  if (params.by !== undefined) named('by', params.by);
  if (params.time !== undefined) named('time', params.time);
  const target = columns.find(({ name }) => name === targetName);
  if (target === undefined) {
    throw new StageError('the data set has no target, so there is nothing to foretell', 'name one in ingest.target');
  }
  const pastTarget = params.past_target && params.ahead > 0 && target.kind === 'number';
  const features = columns.filter(({ name }) => name !== targetName && name !== params.by && name !== params.time);
  const steps = [...features.map(asFeature), ...(pastTarget ? [target as NumberColumn] : [])];
  if (steps.length === 0) throw new StageError('no column is left as a feature', 'let past_target be true');
  const width = steps.reduce((sum, column) => sum + widthOf(column), 0);
  const window: TensorColumn = { name: windowColumn, kind: 'tensor', dtype: 'float32', shape: [params.steps, width] };
  const foretold = params.foretell === undefined ? target : severalOf(target, params.foretell);
  const header = headerOf(manifest, [window, foretold], { ...params, past_target: pastTarget });
  return { target, features: steps, width, pastTarget, header };
};

/** Rows in a row as one tensor; it is scaled as each of them is. */
const severalOf = (target: Column, rows: number): TensorColumn => {
  const { name } = target;
  if (target.kind !== 'number') {
    throw new StageError(
      `params.foretell makes a tensor of numbers, and the target "${name}" is a ${target.kind}`,
      'leave it out: one row is foretold then',
    );
  }
  const { scaling } = target;
  return { name, kind: 'tensor', dtype: 'float32', shape: [rows], ...(scaling === undefined ? {} : { scaling }) };
};

const headerOf = (
  { target, row_weights: rowWeights, weights, raw, columns: ofRow }: Rowed,
  columns: readonly Column[],
  { stride: _, ...told }: WindowsParams,
): DatasetHeader => ({
  ...{ target, columns, weights },
  official: false,
  rowWeights: rowWeights !== undefined,
  raw: raw && { ...raw, windows: { ...told, columns: ofRow } },
});

export const widthOf = (column: Column): number => (column.kind === 'tensor' ? elementsOf(column.shape) : 1);

const asFeature = (column: Column): NumberColumn | TensorColumn => {
  if (column.kind === 'number' || (column.kind === 'tensor' && column.dtype === 'float32')) return column;
  throw new StageError(
    `feature "${column.name}" is a ${column.kind}, and a window is made of numbers`,
    'put a normalize stage before: it makes numbers of it',
  );
};

const unknownColumn = (role: string, name: string, columns: readonly Column[]): StageError =>
  new StageError(
    `params.${role} names "${name}", which is no column`,
    `columns are ${columns.map((column) => column.name).join(', ')}; normalize may have made others of it`,
  );
