import type { FittedDonors, FittedFilling, FittedImpute } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import type { Column, Dataset } from '../dataset.ts';
import { missingIn, quantilesOf, valueCounts } from '../fitted/counts.ts';
import { momentsOf } from '../fitted/moments.ts';
import type { Statistics } from '../normalize/statistics.ts';
import { isTarget } from '../targets.ts';
import { listed } from '../words.ts';
import { donorsOf } from './donors.ts';
import type { ImputeMethod, ImputeParams } from './params.ts';

/**
 * Fits the imputer on train.
 *
 * @throws StageError where a method does not fit a column, or a column has no value at all to learn from.
 */
export const fitImputer = async (dataset: Dataset, params: ImputeParams): Promise<FittedImpute> => {
  const { manifest } = dataset;
  if (manifest.rows === 0) throw new StageError('train has no rows: there is nothing to fit on');
  const features = manifest.columns.filter(({ name, kind }) => !isTarget(manifest.target, name) && kind !== 'tensor');
  checkColumns(features, params);
  const planned = features.flatMap((column) => {
    const method = methodOf(column, params);
    return method === 'none' ? [] : [{ column, method }];
  });
  const missing = await missingIn(
    dataset,
    planned.map(({ column }) => column.name),
  );
  const numbers = features.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  const moments = await momentsOf(dataset, numbers);
  const fitted: FittedFilling[] = [];
  for (const { column, method } of planned) {
    const known = { missing: missing.get(column.name) as number, statistics: moments.get(column.name) };
    refuseEmpty(column, { method, rows: manifest.rows, missing: known.missing });
    fitted.push({
      ...(await fitColumn(dataset, column, { method, ...known })),
      ...(params.indicator === 'column' && known.missing > 0 ? { indicator: `${column.name}.missing` } : {}),
    });
  }
  const donors = fitted.some(({ kind }) => kind === 'nearest')
    ? await donorsFor(dataset, { params, moments })
    : undefined;
  return { stage: 'impute', rows: manifest.rows, features: fitted, ...(donors === undefined ? {} : { donors }) };
};

const checkColumns = (features: readonly Column[], { columns }: ImputeParams): void => {
  const names = features.map(({ name }) => name);
  const unknown = Object.keys(columns).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new StageError(
    `params.columns names "${unknown}", which is no feature of numbers, labels or texts`,
    `there are ${listed(names)}`,
  );
};

const methodOf = (column: Column, params: ImputeParams): ImputeMethod => {
  const fallback = {
    number: params.method,
    category: params.categories,
    labels: 'none',
    text: 'none',
    date: 'none',
    tensor: 'none',
  } as const;
  const method = own(params.columns, column.name) ?? fallback[column.kind];
  const isNumber = column.kind === 'number';
  if (typeof method === 'object') {
    if (!isNumber || Number.isFinite(Number(method.value))) return method;
    throw new StageError(`params.columns: "${column.name}" is a number, and ${JSON.stringify(method.value)} is none`);
  }
  if (isNumber || method === 'most-frequent' || method === 'none') return method;
  throw new StageError(
    `params.columns: "${column.name}" is a ${column.kind}, which has no "${method}"`,
    'there are "most-frequent", "none" and { "value": … }',
  );
};

interface Emptiness {
  readonly method: ImputeMethod;
  readonly rows: number;
  readonly missing: number;
}

const refuseEmpty = ({ name }: Column, { method, rows, missing }: Emptiness): void => {
  if (typeof method === 'object' || missing < rows) return;
  throw new StageError(
    `train, column "${name}" has no value at all: there is no ${method} of it`,
    `say { "value": … } in impute.columns, or leave the column out in ingest.columns`,
  );
};

interface Known {
  readonly method: Exclude<ImputeMethod, 'none'>;
  readonly missing: number;
  readonly statistics: Statistics | undefined;
}

const fitColumn = async (
  dataset: Dataset,
  { name }: Column,
  { method, missing, statistics }: Known,
): Promise<FittedFilling> => {
  if (typeof method === 'object') return { name, kind: 'fill', method: 'constant', value: method.value, missing };
  if (method === 'knn') return { name, kind: 'nearest', method, fallback: statistics?.mean as number, missing };
  return { name, kind: 'fill', method, value: await fillOf(dataset, name, { method, statistics }), missing };
};

const fillOf = async (
  dataset: Dataset,
  name: string,
  {
    method,
    statistics,
  }: { readonly method: 'mean' | 'median' | 'most-frequent'; readonly statistics: Statistics | undefined },
): Promise<number | string> => {
  if (method === 'mean') return statistics?.mean as number;
  if (method === 'median') return (await quantilesOf(dataset, name, [0.5]))[0] as number;
  return mostFrequent(await valueCounts(dataset, name));
};

/** Of values equally frequent, the smallest. */
const mostFrequent = (counts: ReadonlyMap<string | number, number>): string | number =>
  [...counts].sort(([a, rows], [b, others]) => others - rows || (a < b ? -1 : Number(a > b)))[0]?.[0] as
    | string
    | number;

const donorsFor = (
  dataset: Dataset,
  { params, moments }: { readonly params: ImputeParams; readonly moments: ReadonlyMap<string, Statistics> },
): Promise<FittedDonors> => {
  const columns = [...moments]
    .filter(([, { count }]) => count > 0)
    .map(([name, { sd }]) => ({ name, divisor: sd === 0 ? 1 : sd }));
  return donorsOf(dataset, columns, params);
};
