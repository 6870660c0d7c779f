import type { Column as DatasetColumn } from '../../../types/generated/dataset.ts';
import type { Fitted } from '../../../types/generated/fitted.ts';
import type { ModelCard } from '../../../types/generated/model.ts';
import { transformOf } from '../../data/fitted/transform.ts';
import { isTarget } from '../../data/targets.ts';
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Prepare } from '../model-graph.ts';
import { bounded, imputed } from './clean-steps.ts';
import { type Columns, inputOf, numberIn } from './columns.ts';
import { reasonsAgainst } from './expressible.ts';
import { normalized } from './normalize-step.ts';

/** What was fitted, as the first part of a graph; or what of it no graph can say. */
export type Preparing =
  | { readonly kind: 'inside'; readonly prepare: Prepare }
  | { readonly kind: 'outside'; readonly reasons: readonly string[] };

/**
 * How the features of a model are made of raw columns, where a graph can say it. The inputs are then the columns by their
 * names: numbers float64 [batch, 1], NaN where missing; texts [batch, 1], empty where missing; tensors as they are stored.
 */
export const preparing = (fitted: Fitted, { features }: Pick<ModelCard, 'features'>): Preparing => {
  const reasons = [...reasonsAgainst(fitted), ...otherFeatures(fitted, features)];
  return reasons.length > 0
    ? { kind: 'outside', reasons }
    : { kind: 'inside', prepare: (build) => prepared(build, fitted) };
};

/** Whether the steps lead to the model's features: windows over a series, for one, are no fitted step. */
const otherFeatures = (fitted: Fitted, features: ModelCard['features']): readonly string[] => {
  const made = columnsAfter(fitted);
  const [only] = made;
  const isTensor = made.length === 1 && only?.kind === 'tensor';
  const shape = isTensor ? only.shape : [made.reduce((sum, column) => sum + widthOf(column), 0)];
  if (String(shape) === String(features.shape)) return [];
  return [
    `what becomes of features of the shape [${shape.join(', ')}] before they are the model's, [${features.shape.join(', ')}]`,
  ];
};

const widthOf = (column: DatasetColumn): number =>
  column.kind === 'tensor' ? column.shape.reduce((all, size) => all * size, 1) : 1;

const columnsAfter = (fitted: Fitted): readonly DatasetColumn[] =>
  fitted.steps.reduce((columns, step) => after(fitted, step, columns), rawColumns(fitted));

const rawColumns = ({ columns, target }: Fitted): readonly DatasetColumn[] =>
  (columns as readonly DatasetColumn[]).filter(({ name }) => !isTarget(target, name));

const after = ({ target }: Fitted, step: Fitted['steps'][number], columns: readonly DatasetColumn[]) =>
  transformOf(step, columns, { split: 'what is exported', target }).outputs.map(({ column }) => column);

const prepared = (build: Builder, fitted: Fitted): Value => {
  let described = rawColumns(fitted);
  let columns: Columns = new Map(described.map((column) => [column.name, inputOf(build, column)]));
  const own = build.within('prepare');
  for (const step of fitted.steps) {
    const next = after(fitted, step, described);
    if (step.stage === 'normalize') return own.concat(normalized(own, step, columns), 1);
    const given = { before: columns, after: next };
    columns = step.stage === 'impute' ? imputed(own, step, given) : bounded(own, step, given);
    described = next;
  }
  return unnormalized(own, columns);
};

/** Features that no step has made numbers of are numbers already, or one tensor. */
const unnormalized = (build: Builder, columns: Columns): Value => {
  const [only] = columns.values();
  if (columns.size === 1 && only?.kind === 'tensor') return build.cast(only.value, 'float32');
  return build.concat([...columns.keys()].map((name) => build.cast(numberIn(columns, name), 'float32')), 1); // biome-ignore format: one call
};
