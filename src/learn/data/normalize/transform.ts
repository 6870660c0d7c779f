import type { Column, NumberColumn, TensorColumn } from '../../../types/generated/dataset.ts';
import type { FittedFeature, FittedNormalize, FittedTarget } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { named } from '../duckdb.ts';
import type { Checks, Fit, Output, Transform } from '../fitted/output.ts';
import { isTarget, type Target } from '../targets.ts';
import { listed } from '../words.ts';
import { categoryOutputs } from './categories.ts';
import { dateOutputs, isPlainDate, timeOf } from './dates.ts';
import { linearOutput, log1pOutput, numberOutput, quantileOutput } from './numbers.ts';
import { piecesOutput } from './pieces.ts';
import { tensorOutput } from './tensors.ts';
import { textOutput } from './texts.ts';

/**
 * What a fitted normalizer does to the columns of a split.
 *
 * @param split its name, for messages.
 * @throws StageError where the columns are not train's.
 */
export const normalizing = (
  step: FittedNormalize,
  columns: readonly Column[],
  { split, target }: { readonly split: string; readonly target: Target },
): Transform => {
  const features = featuresOf(
    step,
    columns.filter(({ name }) => !isTarget(target, name)),
    split,
  );
  const group = step.features.flatMap((each) => (each.kind === 'number' && each.method === 'l2' ? [each.name] : []));
  const outputs = columns.flatMap((column): Output[] => {
    const feature = features.get(column.name);
    if (feature !== undefined) return featureOutputs(feature, column, { group, rows: step.rows });
    const scaled = scaledTargets(step).find(({ name }) => name === column.name);
    return [scaled === undefined ? { way: 'kept', column } : targetOutput(scaled, column)];
  });
  return { outputs, checks: checksOf(step, columns) };
};

/** The targets that were scaled. */
const scaledTargets = ({ target, targets }: FittedNormalize): readonly FittedTarget[] =>
  target === undefined ? (targets ?? []) : [target];

const featuresOf = (
  { features }: FittedNormalize,
  columns: readonly Column[],
  split: string,
): ReadonlyMap<string, FittedFeature> => {
  const same = features.every(({ name, kind }, index) => {
    const column = columns[index];
    return column?.name === name && kinds[kind].includes(column.kind);
  });
  if (!same || features.length !== columns.length) {
    throw new StageError(
      `${split} has not the features of train: ${listed(columns.map(({ name }) => name))}`,
      `train has ${listed(features.map(({ name }) => name))}`,
    );
  }
  return new Map(features.map((feature) => [feature.name, feature]));
};

const kinds: Readonly<Record<FittedFeature['kind'], readonly Column['kind'][]>> = {
  number: ['number'],
  quantiles: ['number'],
  category: ['category'],
  date: ['date', 'text', 'category'],
  text: ['text', 'category'],
  pieces: ['text', 'category'],
  tensor: ['tensor'],
  dropped: ['number', 'category', 'labels', 'text', 'date'],
};

const featureOutputs = (
  feature: FittedFeature,
  column: Column,
  { group, rows }: { readonly group: readonly string[]; readonly rows: number },
): Output[] => {
  switch (feature.kind) {
    case 'number':
      return [numberOutput(feature, group)];
    case 'quantiles':
      return [quantileOutput(feature)];
    case 'category':
      return categoryOutputs(feature);
    case 'date':
      return dateOutputs(feature, column);
    case 'text':
      return [textOutput(feature, rows)];
    case 'pieces':
      return [piecesOutput(feature)];
    case 'tensor':
      return [tensorOutput(feature, column as TensorColumn)];
    case 'dropped':
      return [];
  }
};

const targetOutput = ({ name, method, center, divisor }: FittedTarget, column: Column): Output => {
  const scaled: NumberColumn = {
    ...{ name, kind: 'number', dtype: 'float32' },
    scaling: { method: method === 'log1p' ? 'log1p' : 'linear', center, divisor },
  };
  if (column.kind !== 'number') return { way: 'kept', column };
  return method === 'log1p' ? log1pOutput(name, scaled) : linearOutput({ name, center, divisor }, scaled);
};

const checksOf = (step: FittedNormalize, columns: readonly Column[]): Checks => ({
  whole: step.features.flatMap(({ kind, name }) => (kind === 'tensor' || kind === 'dropped' ? [] : [name])),
  known: new Map(
    step.features.flatMap((feature) => {
      if (feature.kind !== 'category' || feature.method === 'hashed') return [];
      const labels = feature.categories.map(({ label }) => label);
      return [[feature.name, new Set([...labels, ...(feature.rare?.labels ?? [])])] as const];
    }),
  ),
  fits: [...step.features, ...scaledTargets(step).map((each) => ({ ...each, kind: 'number' as const }))].flatMap(
    (feature) => {
      const fit = fitOf(feature);
      const column = columns.find(({ name }) => name === feature.name);
      return fit === undefined || column === undefined ? [] : [{ ...fit, column }];
    },
  ),
});

const fitOf = (feature: {
  readonly name: string;
  readonly kind: string;
  readonly method?: string;
}): Omit<Fit, 'column'> | undefined => {
  if (feature.method === 'log1p') {
    return {
      test: (value) => (value as number) > -1,
      sql: `${named(feature.name)} > -1`,
      what: 'has a value of -1 or less, which has no log1p',
    };
  }
  if (feature.kind !== 'date') return undefined;
  return {
    surely: isPlainDate(feature.name),
    test: (text) => !Number.isNaN(timeOf(text as string)),
    what: 'is no date as 2012-01-31 or 2012-01-31T14:05',
  };
};
