import type { Examples } from '../data/examples.ts';
import { smallImages } from '../data/label-errors/features.ts';
import type { SparseMatrix } from '../linear/features.ts';
import { type Features, isSparse, takeRows } from '../linear/features.ts';
import { fitLogistic, predictLogistic } from '../linear/logistic.ts';
import { nearestPoints, neighbourProbabilities } from '../linear/neighbours.ts';
import { fitRidge, predictRidge } from '../linear/ridge.ts';
import type { Matrix } from '../matrix.ts';
import type { LeftOut } from './input.ts';

/** A simple model that has learned from train. */
export interface LearnedBaseline {
  readonly name: 'linear' | 'neighbours';
  /** Examples of train that it has learned from. */
  readonly rows: number;
  /** What it says of examples: probabilities [rows, classes], or values [rows], in the target's stored unit. */
  readonly predict: (examples: Examples) => Float64Array;
}

export interface LearnedBaselines {
  readonly learned: readonly LearnedBaseline[];
  readonly leftOut: readonly LeftOut[];
}

/** Bounds of the work, in single operations: seconds each. */
const [linearWork, ridgeWork, neighbourWork] = [5e6, 2e9, 1e9];
export const neighbours = 5;

/**
 * Simple models that learn from the same rows: a network that is no better has learned nothing that they could
 * not. `linear` is a logistic or ridge regression with little penalty (l2 1), `neighbours` the votes, or the mean, of the 5
 * nearest rows. Features are standardized by train; images are made as small as 7 × 7 pixels, and neighbours are looked for
 * among these as they are; of ids of tokens it is which ones a row has. Where train is large, rows of it at even steps are learned from. No chance in it.
 *
 * @param train of at least one row, with the features and target of test.
 * @param test what they are judged on: how many rows it has says among how many neighbours are looked for.
 */
export const learnBaselines = (train: Examples, test: Examples): LearnedBaselines => {
  const features = featuresOf(train);
  const learned: LearnedBaseline[] = [];
  const leftOut: LeftOut[] = [];
  const add = (name: LearnedBaseline['name'], made: LearnedBaseline | string): void => {
    if (typeof made === 'string') leftOut.push({ baseline: name, reason: made });
    else learned.push(made);
  };
  add('linear', train.classes === null ? ridge(train, features.linear) : logistic(train, features.linear));
  add('neighbours', nearest(train, features.near, test.rows));
  return { learned, leftOut };
};

type Made = LearnedBaseline | string;

const logistic = ({ target, classes }: Examples, { learn, view }: FeaturesOfTrain): Made => {
  const count = classes!.length;
  const rows = linearRows(learn, { outputs: count === 2 ? 1 : count, least: count });
  const options = { ...logisticOptions, classes: count };
  const model = fitLogistic(takeRows(learn, rows), take(target, rows), options);
  return { name: 'linear', rows: rows.length, predict: (examples) => predictLogistic(model, view(examples)) };
};

export const logisticOptions = { l2: 1, tolerance: 1e-4, maxIterations: 100 } as const;

/** Rows of train that a logistic regression learns from. */
export const linearRows = (
  learn: Features,
  { outputs, least }: { readonly outputs: number; readonly least: number },
): readonly number[] => {
  const cells = isSparse(learn) ? learn.values.length / learn.rows : learn.columns;
  return evenly(learn.rows, Math.max(least, Math.floor(linearWork / (Math.max(1, cells) * outputs))));
};

const ridge = ({ target }: Examples, { learn, view }: FeaturesOfTrain): Made => {
  if (isSparse(learn)) return 'of ids of tokens there is no ridge regression here';
  if (learn.columns > 2000) return `${learn.columns} features are too many for a ridge regression here: 2,000 at most`;
  const rows = evenly(learn.rows, Math.max(100, Math.floor(ridgeWork / learn.columns ** 2)));
  const model = fitRidge(takeRows(learn, rows), take(target, rows), 1);
  return { name: 'linear', rows: rows.length, predict: (examples) => predictRidge(model, view(examples) as Matrix) };
};

const nearest = ({ target, classes }: Examples, { learn, view }: FeaturesOfTrain, judged: number): Made => {
  const near = neighbourPoints(learn, judged);
  if (typeof near === 'string') return near;
  const { rows, points } = near;
  const targets = take(target, rows);
  const count = Math.min(neighbours, rows.length);
  const votes = (judge: Matrix): Float64Array =>
    neighbourProbabilities({ points, targets, classes: classes!.length, neighbours: count }, judge);
  const mean = (judge: Matrix): Float64Array => {
    const found = nearestPoints(points, judge, count);
    return Float64Array.from({ length: judge.rows }, (_, row) =>
      found.subarray(row * count, (row + 1) * count).reduce((sum, point) => sum + targets[point]! / count, 0),
    );
  };
  const predict = classes === null ? mean : votes;
  return { name: 'neighbours', rows: rows.length, predict: (examples) => predict(view(examples) as Matrix) };
};

/** Rows of train that neighbours are looked for among; or why there are none. */
export const neighbourPoints = (
  learn: Features,
  judged: number,
): string | { readonly rows: readonly number[]; readonly points: Matrix } => {
  if (isSparse(learn)) return 'between ids of tokens there is no distance';
  const most = Math.floor(neighbourWork / (judged * learn.columns));
  if (most < 100)
    return `${judged} test examples of ${learn.columns} features are too many to look for neighbours of each`;
  const rows = evenly(learn.rows, most);
  return { rows, points: takeRows(learn, rows) };
};

const take = (target: ArrayLike<number>, rows: readonly number[]): Float64Array =>
  Float64Array.from(rows, (row) => target[row]!);

/** Up to `most` of the numbers 0 to rows - 1, at even distances. */
export const evenly = (rows: number, most: number): readonly number[] => {
  const count = Math.min(rows, most);
  return Array.from({ length: count }, (_, place) => Math.floor((place * rows) / count));
};

/** Features of train, and of other examples as train's are: both are matrices, or neither. */
export interface FeaturesOfTrain {
  readonly learn: Features;
  readonly view: (examples: Examples) => Features;
}

/** What a linear model learns from, and what neighbours are near by. */
export const featuresOf = (train: Examples): { readonly linear: FeaturesOfTrain; readonly near: FeaturesOfTrain } => {
  const { vocabulary } = train;
  if (vocabulary !== undefined) {
    const view = (examples: Examples): SparseMatrix => bagOfIds(examples, vocabulary);
    const bags = { learn: view(train), view };
    return { linear: bags, near: bags };
  }
  const matrix = matrixOf(train);
  const standardized = standardizerOf(matrix);
  const linear = { learn: standardized(matrix), view: (examples: Examples) => standardized(matrixOf(examples)) };
  // Standardized, a pixel at the rim that is hardly ever set would count as much as the strokes.
  return { linear, near: isImage(train) ? { learn: matrix, view: matrixOf } : linear };
};

/** Which ids a row has, 1 each, padding aside. */
const bagOfIds = ({ features, rows }: Examples, vocabulary: number): SparseMatrix => {
  const width = features.length / rows;
  const starts = new Uint32Array(rows + 1);
  const indices: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const ids = new Set(features.subarray(row * width, (row + 1) * width));
    ids.delete(0);
    indices.push(...[...ids].sort((a, b) => a - b));
    starts[row + 1] = indices.length;
  }
  const values = new Float64Array(indices.length).fill(1);
  return { starts, indices: Uint32Array.from(indices), values, rows, columns: vocabulary };
};

const matrixOf = (examples: Examples): Matrix => {
  const { features: values, featureShape: shape, rows } = examples;
  if (isImage(examples)) return smallImages({ kind: 'tensor', shape, values });
  return { values, rows, columns: values.length / rows };
};

const isImage = ({ featureShape: [, , channels, ...more] }: Examples): boolean =>
  more.length === 0 && (channels === 1 || channels === 3);

/** Each column with train's mean 0 and deviation 1; those that never vary become 0. */
const standardizerOf = (learn: Matrix): ((matrix: Matrix) => Matrix) => {
  const { rows, columns } = learn;
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let at = 0; at < learn.values.length; at += 1) means[at % columns]! += learn.values[at]! / rows;
  for (let at = 0; at < learn.values.length; at += 1) {
    squares[at % columns]! += (learn.values[at]! - means[at % columns]!) ** 2 / rows;
  }
  return ({ values, rows: count }) => ({
    ...{ rows: count, columns },
    values: Float64Array.from(values, (value, at) => {
      const spread = squares[at % columns]!;
      return spread > 0 ? (value - means[at % columns]!) / Math.sqrt(spread) : 0;
    }),
  });
};
