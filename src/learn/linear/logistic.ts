import { must } from '../matrix.ts';
import { type Features, mustBeFeatures, timesResiduals, timesWeights } from './features.ts';
import { minimize } from './minimize.ts';

export interface LogisticOptions {
  readonly classes: number;
  /** Strength of the L2 penalty, above 0: 1 / C of scikit-learn. 1 by default. */
  readonly l2?: number;
  /** Weight of each row in the loss; 1 by default. */
  readonly rowWeights?: Float64Array;
  /** Largest part of the mean loss's gradient to stop at: 1e-6 by default. */
  readonly tolerance?: number;
  /** 500 by default. */
  readonly maxIterations?: number;
}

/** All numbers: goes into JSON as it is. */
export interface Logistic {
  readonly classes: number;
  readonly columns: number;
  /** [columns, outputs]: one output for two classes, else one for each class. */
  readonly weights: readonly number[];
  /** [outputs] */
  readonly intercepts: readonly number[];
  readonly iterations: number;
  /** Whether the tolerance was reached within the iterations. */
  readonly converged: boolean;
}

/**
 * Logistic regression: of two classes, else multinomial.
 * Minimizes Σ w(row) · log loss(row) + l2 / 2 · Σ weights², intercepts free, by L-BFGS in float64; no chance in it.
 * As scikit-learn's `LogisticRegression(C=1 / l2)`.
 *
 * It does not scale the columns: a penalty that treats them alike needs them in alike units, so standardize before.
 * One pass takes 4 · rows · columns · outputs operations, zeros aside; sparse rows and bytes (0 to 255) are taken as
 * they are.
 *
 * @param targets class of each row, 0 to classes - 1. A class may have no row: its probability is then small.
 * @throws RangeError for no rows, a class outside, or values that are not finite.
 * @see C. M. Bishop: Pattern Recognition and Machine Learning, 2006, section 4.3.4.
 */
export const fitLogistic = (features: Features, targets: ArrayLike<number>, options: LogisticOptions): Logistic => {
  const { classes, l2 = 1, rowWeights, tolerance = 1e-6, maxIterations = 500 } = options;
  const { rows, columns } = features;
  mustBeFeatures(features);
  must(rows > 0 && targets.length === rows, `${targets.length} targets for ${rows} rows`);
  must(classes >= 2 && l2 > 0, `classes must be 2 or more and l2 above 0, not ${classes} and ${l2}`);
  for (let row = 0; row < rows; row += 1) {
    must(Number.isInteger(targets[row]) && targets[row]! >= 0 && targets[row]! < classes, `row ${row}: no such class`);
  }
  must(rowWeights === undefined || rowWeights.length === rows, 'each row has one weight');
  const outputs = classes === 2 ? 1 : classes;
  const total = rowWeights?.reduce((sum, weight) => sum + weight, 0) ?? rows;
  must(total > 0, 'some row must have a weight above 0');
  const scores = new Float64Array(rows * outputs);
  const size = columns * outputs;
  const found = minimize(
    (point, gradient) => {
      const weights = point.subarray(0, size);
      scoresOf(features, weights, { intercepts: point.subarray(size), scores });
      let loss = lossInPlace(scores, targets, { classes, rowWeights });
      gradient.fill(0);
      timesResiduals(features, scores, gradient.subarray(0, size));
      for (let at = 0; at < scores.length; at += 1) gradient[size + (at % outputs)]! += scores[at]!;
      for (let at = 0; at < size; at += 1) {
        loss += 0.5 * l2 * weights[at]! ** 2;
        gradient[at]! += l2 * weights[at]!;
      }
      // The mean, so that the tolerance means the same for few rows and many.
      for (let at = 0; at < gradient.length; at += 1) gradient[at]! /= total;
      return loss / total;
    },
    new Float64Array(size + outputs),
    { tolerance, maxIterations },
  );
  return {
    classes,
    columns,
    weights: [...found.point.subarray(0, size)],
    intercepts: [...found.point.subarray(size)],
    iterations: found.iterations,
    converged: found.converged,
  };
};

const scoresOf = (
  features: Features,
  weights: Float64Array,
  { intercepts, scores }: { intercepts: ArrayLike<number>; scores: Float64Array },
): void => {
  for (let at = 0; at < scores.length; at += 1) scores[at] = intercepts[at % intercepts.length]!;
  timesWeights(features, weights, scores);
};

/** The summed loss; scores become its derivatives by the scores: probability minus truth, weighted. */
const lossInPlace = (
  scores: Float64Array,
  targets: ArrayLike<number>,
  { classes, rowWeights }: { classes: number; rowWeights: Float64Array | undefined },
): number => {
  let loss = 0;
  const outputs = scores.length / targets.length;
  for (let row = 0; row < targets.length; row += 1) {
    const weight = rowWeights?.[row] ?? 1;
    const of = scores.subarray(row * outputs, (row + 1) * outputs);
    loss += weight * (classes === 2 ? binaryInPlace(of, targets[row]!) : softmaxInPlace(of, targets[row]!));
    if (weight !== 1) for (let k = 0; k < outputs; k += 1) of[k]! *= weight;
  }
  return loss;
};

const binaryInPlace = (score: Float64Array, target: number): number => {
  const value = score[0]!;
  score[0] = sigmoid(value) - target;
  // ln(1 + e^v) - t · v, without overflow.
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))) - target * value;
};

const softmaxInPlace = (scores: Float64Array, target: number): number => {
  const truth = scores[target]!;
  const logSum = toProbabilities(scores);
  scores[target]! -= 1;
  return logSum - truth;
};

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Scores become probabilities; returns the logarithm of Σ exp(score). */
const toProbabilities = (scores: Float64Array): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < scores.length; k += 1) most = Math.max(most, scores[k]!);
  let sum = 0;
  for (let k = 0; k < scores.length; k += 1) {
    scores[k] = Math.exp(scores[k]! - most);
    sum += scores[k]!;
  }
  for (let k = 0; k < scores.length; k += 1) scores[k]! /= sum;
  return most + Math.log(sum);
};

/**
 * Probabilities of each class: [rows, classes], each row's sum 1.
 *
 * @throws RangeError for features of other columns than those of the fit.
 */
export const predictLogistic = (model: Logistic, features: Features): Float64Array => {
  must(features.columns === model.columns, `${features.columns} columns; the model was fitted on ${model.columns}`);
  const { classes, intercepts } = model;
  const scores = new Float64Array(features.rows * intercepts.length);
  scoresOf(features, Float64Array.from(model.weights), { intercepts, scores });
  if (classes === 2) {
    const probabilities = new Float64Array(2 * features.rows);
    scores.forEach((score, row) => {
      probabilities[2 * row] = sigmoid(-score);
      probabilities[2 * row + 1] = sigmoid(score);
    });
    return probabilities;
  }
  for (let row = 0; row < features.rows; row += 1) toProbabilities(scores.subarray(row * classes, (row + 1) * classes));
  return scores;
};
