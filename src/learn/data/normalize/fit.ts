import { join } from 'node:path';
import type { TensorColumn } from '../../../types/generated/dataset.ts';
import type { FittedFeature, FittedNormalize, FittedTarget } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import type { Column, Dataset } from '../dataset.ts';
import { missingIn } from '../fitted/counts.ts';
import { momentsOf } from '../fitted/moments.ts';
import { refuseEmpty, refuseMissing } from '../fitted/refuse.ts';
import { readSafetensors, type TensorData } from '../safetensors.ts';
import { isTarget } from '../targets.ts';
import { partColumns } from './dates.ts';
import { fitCategory } from './fit-category.ts';
import { fitNumber, scalingOf } from './fit-number.ts';
import { fitPieces } from './fit-pieces.ts';
import { fitText } from './fit-text.ts';
import { checkColumns, keptOf, methodOf } from './methods.ts';
import type { AnyMethod, CategoryMethod, DateMethod, NormalizeParams, PiecesMethod, TextMethod } from './params.ts';
import { type Accumulator, accumulate, accumulateBytes, type Statistics } from './statistics.ts';

/**
 * Fits the normalizer on train.
 *
 * @param vocabulary path of the pieces that texts are cut into; undefined: they are learnt on train.
 * @throws StageError where a feature has missing values, or a method does not fit its kind.
 */
export const fitNormalizer = async (
  dataset: Dataset,
  params: NormalizeParams,
  vocabulary: string | undefined,
): Promise<FittedNormalize> => {
  const { manifest } = dataset;
  if (manifest.rows === 0) throw new StageError('train has no rows: there is nothing to fit on');
  const features = manifest.columns.filter(({ name }) => !isTarget(manifest.target, name));
  checkColumns(features, params);
  const kept = keptOf(features, params);
  const labels = kept.filter(({ kind }) => kind !== 'number' && kind !== 'tensor').map(({ name }) => name);
  const missing = [...(await missingIn(dataset, labels))];
  // A column without any value is a text by its kind: to ask how it becomes numbers would lead astray.
  const empty = missing.filter(([, rows]) => rows === manifest.rows).map(([name]) => name);
  refuseEmpty('train', empty);
  const planned = features.map((column) => ({ column, method: methodOf(column, params) }));
  if (vocabulary !== undefined) refuseIdle(planned.map(({ method }) => method));
  for (const [name, rows] of missing) refuseMissing('train', name, rows);
  const scaled = scaledTargets(dataset, params);
  const numbers = kept.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  const moments = await momentsOf(dataset, [...numbers, ...scaled]);
  refuseEmpty(
    'train',
    numbers.filter((name) => moments.get(name)!.count === 0),
  );
  for (const name of numbers) refuseMissing('train', name, manifest.rows - moments.get(name)!.count);
  const tensors = await tensorStatistics(dataset, features);
  const fitted: FittedFeature[] = [];
  for (const plan of planned) fitted.push(await fitFeature(dataset, plan, { moments, tensors, vocabulary }));
  const step: FittedNormalize = { stage: 'normalize', rows: manifest.rows, features: fitted };
  const targets: FittedTarget[] = [];
  for (const name of scaled) targets.push(await fitTarget(dataset, name, { params, moments }));
  const [target, ...others] = targets;
  if (target === undefined) return step;
  return Array.isArray(manifest.target) ? { ...step, targets: [target, ...others] } : { ...step, target };
};

interface Known {
  readonly moments: ReadonlyMap<string, Statistics>;
  readonly tensors: ReadonlyMap<string, Statistics>;
  readonly vocabulary: string | undefined;
}

const fitFeature = async (
  dataset: Dataset,
  { column, method }: { readonly column: Column; readonly method: AnyMethod },
  { moments, tensors, vocabulary }: Known,
): Promise<FittedFeature> => {
  const { name } = column;
  if (method.method === 'drop') return { name, kind: 'dropped', method: 'drop' };
  if (column.kind === 'number') return fitNumber(dataset, name, { method, statistics: moments.get(name)! });
  if (column.kind === 'tensor') return fitTensor(column, { method, statistics: tensors.get(name)! });
  if (method.method === 'date') return fitDate(name, method);
  if (['one-hot', 'ordinal', 'hashed'].includes(method.method)) {
    const labels = column.kind === 'category' ? column.categories : [];
    return fitCategory(dataset, { name, labels }, method as CategoryMethod);
  }
  if (isPieces(method)) return fitPieces(dataset, name, { params: method, vocabulary });
  return fitText(dataset, name, method as TextMethod);
};

const isPieces = (method: AnyMethod): method is PiecesMethod =>
  method.method === 'wordpiece' || method.method === 'bpe';

const refuseIdle = (asked: readonly AnyMethod[]): void => {
  if (asked.some(isPieces)) return;
  throw new StageError(
    'dep vocabulary is given, and no column is cut into pieces',
    'say in normalize.columns which one is, as { "text": "wordpiece" }',
  );
};

const fitDate = (
  name: string,
  { parts = ['year', 'month', 'day', 'weekday', 'season'] }: DateMethod,
): FittedFeature => ({
  ...{ name, kind: 'date', method: 'date' },
  parts: parts.map((part) => ({ part, columns: partColumns(name, part) })),
});

const fitTensor = (
  { name, encoding }: TensorColumn,
  { method: { method }, statistics }: { readonly method: AnyMethod; readonly statistics: Statistics },
): FittedFeature => {
  const scales = method === 'min-max' || method === 'standard';
  const { center, divisor } = scalingOf(scales ? method : 'none', statistics);
  const kept = scales ? undefined : encoding;
  return {
    ...{ name, kind: 'tensor', method: method as 'min-max' },
    ...statistics,
    constant: statistics.min === statistics.max,
    scale: kept?.scale ?? Math.fround(1 / divisor),
    offset: kept?.offset ?? (center === 0 ? 0 : Math.fround(-center / divisor)),
  };
};

/** Names of the targets that are to be scaled: of several, those of numbers. */
const scaledTargets = ({ manifest }: Dataset, { target: method }: NormalizeParams): readonly string[] => {
  if (method === 'none') return [];
  const columns = manifest.columns.filter(({ name }) => isTarget(manifest.target, name));
  const numbers = columns.filter(({ kind }) => kind === 'number');
  if (numbers.length > 0) return numbers.map(({ name }) => name);
  const [column] = columns;
  throw new StageError(
    `params.target is "${method}", and ${column === undefined ? 'there is no target' : `the target "${column.name}" is a ${column.kind}`}`,
    'only a target of numbers is scaled',
  );
};

const fitTarget = async (
  dataset: Dataset,
  name: string,
  { params, moments }: { readonly params: NormalizeParams; readonly moments: ReadonlyMap<string, Statistics> },
): Promise<FittedTarget> => {
  const { manifest } = dataset;
  const statistics = moments.get(name)!;
  refuseMissing('train', name, manifest.rows - statistics.count, true);
  const method = params.target as FittedTarget['method'];
  const fitted = await fitNumber(dataset, name, { method: { method }, statistics });
  if (fitted.kind !== 'number') throw new RangeError('fitTarget: no method of targets gives quantiles');
  const { kind, median, iqr, ...target } = fitted;
  return { ...target, method };
};

const tensorStatistics = async (dataset: Dataset, features: readonly Column[]): Promise<Map<string, Statistics>> => {
  const columns = features.filter((column) => column.kind === 'tensor');
  const accumulators = new Map<string, Accumulator>(
    columns.map(({ name, dtype }) => [name, dtype === 'uint8' ? accumulateBytes() : accumulate()]),
  );
  for (const { tensors } of columns.length === 0 ? [] : dataset.manifest.shards) {
    const stored = await readSafetensors(join(dataset.folder, tensors as string));
    for (const [name, values] of accumulators) values.add(stored.get(name)?.data as TensorData);
  }
  return new Map([...accumulators].map(([name, values]) => [name, values.statistics()]));
};
