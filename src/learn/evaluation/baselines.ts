import type { Examples } from '../data/examples.ts';
import { smallImages } from '../data/label-errors/features.ts';
import type { SparseMatrix } from '../linear/features.ts';
import { type Features, isSparse, takeRows } from '../linear/features.ts';
import { fitLogistic, predictLogistic } from '../linear/logistic.ts';
import { nearestPoints, neighbourProbabilities } from '../linear/neighbours.ts';
import { fitRidge, predictRidge } from '../linear/ridge.ts';
import type { Matrix } from '../matrix.ts';
import type { LeftOut } from './input.ts';

/** What baselines that learn predict: probabilities [rows, classes], or values [rows], in the target's stored unit. */
export interface LearnedBaseline {
  readonly name: 'linear' | 'neighbours';
  /** Examples of train that it has learned from. */
  readonly rows: number;
  readonly outputs: Float64Array;
}

export interface LearnedBaselines {
  readonly learned: readonly LearnedBaseline[];
  readonly leftOut: readonly LeftOut[];
}

/** Bounds of the work, in single operations: seconds each. */
const [linearWork, ridgeWork, neighbourWork] = [2e7, 2e9, 1e9];
export const neighbours = 5;

/**
 * What simple models that learn from the same rows predict: a network that is no better has learned nothing that they could
 * not. `linear` is a logistic or ridge regression with little penalty (l2 1), `neighbours` the votes, or the mean, of the 5
 * nearest rows. Features are standardized by train; images are made as small as 7 × 7 pixels; of ids of tokens it is which
 * ones a row has. Where train is large, rows of it at even steps are learned from. No chance in it.
 *
 * @param train of at least one row, with the features and target of test.
 */
export const learnBaselines = (train: Examples, test: Examples): LearnedBaselines => {
  const { learn, judge } = featuresOf(train, test);
  const learned: LearnedBaseline[] = [];
  const leftOut: LeftOut[] = [];
  const add = (name: LearnedBaseline['name'], made: LearnedBaseline | string): void => {
    if (typeof made === 'string') leftOut.push({ baseline: name, reason: made });
    else learned.push(made);
  };
  add('linear', train.classes === null ? ridge(train, learn, judge) : logistic(train, learn, judge));
  add('neighbours', nearest(train, learn, judge));
  return { learned, leftOut };
};

type Made = LearnedBaseline | string;

const logistic = ({ target, classes }: Examples, learn: Features, judge: Features): Made => {
  const count = classes!.length;
  const rows = linearRows(learn, { outputs: count === 2 ? 1 : count, least: count });
  const options = { ...logisticOptions, classes: count };
  const model = fitLogistic(takeRows(learn, rows), take(target, rows), options);
  return { name: 'linear', rows: rows.length, outputs: predictLogistic(model, judge) };
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

const ridge = ({ target }: Examples, learn: Features, judge: Features): Made => {
  if (isSparse(learn) || isSparse(judge)) return 'of ids of tokens there is no ridge regression here';
  if (learn.columns > 2000) return `${learn.columns} features are too many for a ridge regression here: 2,000 at most`;
  const rows = evenly(learn.rows, Math.max(100, Math.floor(ridgeWork / learn.columns ** 2)));
  const model = fitRidge(takeRows(learn, rows), take(target, rows), 1);
  return { name: 'linear', rows: rows.length, outputs: predictRidge(model, judge) };
};

const nearest = ({ target, classes }: Examples, learn: Features, judge: Features): Made => {
  const near = neighbourPoints(learn, judge);
  if (typeof near === 'string') return near;
  const { rows, points } = near;
  const targets = take(target, rows);
  const count = Math.min(neighbours, rows.length);
  if (classes !== null) {
    const model = { points, targets, classes: classes.length, neighbours: count };
    return { name: 'neighbours', rows: rows.length, outputs: neighbourProbabilities(model, near.judge) };
  }
  const found = nearestPoints(points, near.judge, count);
  const outputs = Float64Array.from({ length: judge.rows }, (_, row) =>
    found.subarray(row * count, (row + 1) * count).reduce((sum, point) => sum + targets[point]! / count, 0),
  );
  return { name: 'neighbours', rows: rows.length, outputs };
};

/** Rows of train that neighbours are looked for among; or why there are none. */
export const neighbourPoints = (
  learn: Features,
  judge: Features,
): string | { readonly rows: readonly number[]; readonly points: Matrix; readonly judge: Matrix } => {
  if (isSparse(learn) || isSparse(judge)) return 'between ids of tokens there is no distance';
  const most = Math.floor(neighbourWork / (judge.rows * judge.columns));
  if (most < 100)
    return `${judge.rows} test examples of ${judge.columns} features are too many to look for neighbours of each`;
  const rows = evenly(learn.rows, most);
  return { rows, points: takeRows(learn, rows), judge };
};

const take = (target: ArrayLike<number>, rows: readonly number[]): Float64Array =>
  Float64Array.from(rows, (row) => target[row]!);

/** Up to `most` of the numbers 0 to rows - 1, at even distances. */
export const evenly = (rows: number, most: number): readonly number[] => {
  const count = Math.min(rows, most);
  return Array.from({ length: count }, (_, place) => Math.floor((place * rows) / count));
};

interface Pair {
  readonly learn: Features;
  readonly judge: Features;
}

export const featuresOf = (train: Examples, test: Examples): Pair => {
  if (train.vocabulary !== undefined) {
    return { learn: bagOfIds(train, train.vocabulary), judge: bagOfIds(test, train.vocabulary) };
  }
  return standardized(matrixOf(train), matrixOf(test));
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

const matrixOf = ({ features: values, featureShape: shape, rows }: Examples): Matrix => {
  const [, , channels] = shape;
  if (shape.length === 3 && (channels === 1 || channels === 3)) return smallImages({ kind: 'tensor', shape, values });
  return { values, rows, columns: values.length / rows };
};

/** Each column with train's mean 0 and deviation 1; those that never vary become 0. */
const standardized = (learn: Matrix, judge: Matrix): Pair => {
  const { rows, columns } = learn;
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let at = 0; at < learn.values.length; at += 1) means[at % columns]! += learn.values[at]! / rows;
  for (let at = 0; at < learn.values.length; at += 1) {
    squares[at % columns]! += (learn.values[at]! - means[at % columns]!) ** 2 / rows;
  }
  const scaled = ({ values, rows: count }: Matrix): Matrix => ({
    ...{ rows: count, columns },
    values: Float64Array.from(values, (value, at) => {
      const spread = squares[at % columns]!;
      return spread > 0 ? (value - means[at % columns]!) / Math.sqrt(spread) : 0;
    }),
  });
  return { learn: scaled(learn), judge: scaled(judge) };
};
