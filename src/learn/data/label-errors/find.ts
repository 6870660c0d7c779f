import { findLabelIssues, type LabelIssues } from '../../confident/find.ts';
import { type Fold, outOfFold, stratifiedFolds } from '../../confident/folds.ts';
import { StageError } from '../../error.ts';
import { type Features, isSparse, takeRows as takeFeatures } from '../../linear/features.ts';
import { fitLogistic, predictLogistic } from '../../linear/logistic.ts';
import { neighbourProbabilities } from '../../linear/neighbours.ts';
import { type Dataset, openDataset } from '../dataset.ts';
import { columnOf, concatRows, type LabelData, type Rows, type TensorColumnData } from '../rows.ts';
import { oneTarget } from '../targets.ts';
import { listed } from '../words.ts';
import { dense, imageOf, smallImages, tableFeatures } from './features.ts';
import type { LabelErrorsParams } from './params.ts';

export interface Judgement extends LabelIssues {
  /** Class labels, in the order of the classes: those that have a row. */
  readonly classes: readonly string[];
  /** Of the rows that have a label: place in the data set, id and class. The issues' rows count these. */
  readonly places: readonly number[];
  readonly ids: readonly string[];
  readonly labels: readonly number[];
  /** [judged rows, classes], out of fold. */
  readonly probabilities: Float64Array;
  readonly model: 'neighbours' | 'logistic';
}

/**
 * Finds rows of train whose label is probably wrong, by what models think of them that have not seen them. Rows
 * without a label are not judged. The rows are held in memory: images as 7 × 7 pixels.
 *
 * @param seed of the folds: 32 bits.
 * @throws StageError where the target is no category of two classes or more, or the features are of no kind that is known.
 */
export const judgeLabels = async (folder: string, params: LabelErrorsParams, seed: number): Promise<Judgement> => {
  const dataset = await openDataset(folder);
  const target = targetOf(dataset);
  const { features, labels: given, ids } = await read(dataset, target);
  const places = [...given.keys()].filter((row) => given[row] !== null);
  const present = new Set(given);
  const classes = categoriesOf(dataset, target).filter((label) => present.has(label));
  if (classes.length < 2 || places.length < params.folds)
    throw new StageError(
      `label errors are sought between two classes or more, in as many rows as folds; "${target}" has the classes ${listed(classes)} in ${places.length} rows`,
    );
  const codes = new Map(classes.map((label, code) => [label, code]));
  const labels = places.map((row) => codes.get(given[row]!)!);
  const model = modelOf(params, features);
  const judged = places.length === given.length ? features : takeFeatures(features, places);
  const probabilities = outOfFold(stratifiedFolds(labels, params.folds, seed), classes.length, (fold) =>
    predict({ features: judged, labels, classes: classes.length }, fold, { ...params, model }),
  );
  const found = findLabelIssues({ labels, probabilities, classes: classes.length }, { method: params.method });
  return { ...found, classes, places, ids: places.map((row) => ids[row]!), labels, probabilities, model };
};

const targetOf = ({ manifest: { target: targets, columns } }: Dataset): string => {
  const target = oneTarget(targets, 'label-errors');
  const column = columns.find(({ name }) => name === target);
  if (column?.kind === 'category') return column.name;
  throw new StageError(
    target === null
      ? 'the data set has no target'
      : `the target "${target}" is no category: its labels cannot be judged`,
    'label-errors is for classification: choose a target of categories in ingest',
  );
};

const categoriesOf = ({ manifest }: Dataset, target: string): readonly string[] =>
  manifest.columns.flatMap((column) => (column.name === target && column.kind === 'category' ? column.categories : []));

interface Read {
  readonly features: Features;
  readonly labels: readonly (string | null)[];
  readonly ids: readonly string[];
}

const read = async (dataset: Dataset, target: string): Promise<Read> => {
  const image = imageOf(dataset.manifest);
  const parts: Rows[] = [];
  for await (const rows of dataset.shards()) parts.push(image === null ? rows : withSmallImages(rows, image.name));
  if (parts.length === 0) throw new StageError('the data set has no rows');
  const rows = concatRows(parts);
  const labels = (columnOf(target)(rows) as LabelData).values;
  if (image === null) return { features: tableFeatures(dataset.manifest, rows), labels, ids: rows.ids };
  const { values, shape } = columnOf(image.name)(rows) as TensorColumnData;
  const columns = shape[0]!;
  return { features: { values: values as Float32Array, rows: labels.length, columns }, labels, ids: rows.ids };
};

/** So that the pixels of a shard are gone when the next one is read. */
const withSmallImages = (rows: Rows, name: string): Rows => {
  const { values, columns } = smallImages(columnOf(name)(rows) as TensorColumnData);
  const small: TensorColumnData = { kind: 'tensor', shape: [columns], values: values as Float32Array };
  return { ...rows, columns: new Map([...rows.columns, [name, small]]) };
};

const modelOf = ({ model }: LabelErrorsParams, features: Features): 'neighbours' | 'logistic' => {
  if (model !== 'auto') return model;
  return isSparse(features) ? 'logistic' : 'neighbours';
};

interface Judged {
  readonly features: Features;
  readonly labels: readonly number[];
  readonly classes: number;
}

const predict = (
  { features, labels, classes }: Judged,
  fold: Fold,
  params: LabelErrorsParams & { readonly model: 'neighbours' | 'logistic' },
): Float64Array => {
  if (params.model === 'logistic') {
    const targets = Array.from(fold.fit, (row) => labels[row]!);
    const model = fitLogistic(takeFeatures(features, fold.fit), targets, { classes, maxIterations: 200 });
    return predictLogistic(model, takeFeatures(features, fold.predict));
  }
  // Every nth row votes where there are many: the work grows with their number times that of the rows.
  const step = Math.ceil(fold.fit.length / params.voters);
  const voters = fold.fit.filter((_, at) => at % step === 0);
  const matrix = (rows: Uint32Array) => {
    const taken = takeFeatures(features, rows);
    return isSparse(taken) ? dense(taken) : taken;
  };
  const classifier = {
    points: matrix(voters),
    targets: Array.from(voters, (row) => labels[row]!),
    classes,
    neighbours: Math.min(params.neighbours, voters.length),
  };
  return neighbourProbabilities(classifier, matrix(fold.predict));
};
