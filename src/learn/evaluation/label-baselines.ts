import type { Examples } from '../data/examples.ts';
import { type Features, takeRows } from '../linear/features.ts';
import { fitLogistic, predictLogistic } from '../linear/logistic.ts';
import { nearestPoints } from '../linear/neighbours.ts';
import {
  featuresOf,
  type LearnedBaseline,
  type LearnedBaselines,
  linearRows,
  logisticOptions,
  neighbourPoints,
  neighbours,
} from './baselines.ts';

/**
 * `learnBaselines` for lists of labels: `linear` is a logistic regression for each label, `neighbours` the share of the 5
 * nearest rows that have it. Their outputs are probabilities [rows, labels].
 *
 * @param train of at least one row, with the features and labels of test; its target is [rows, labels], 0 and 1.
 */
export const learnLabelBaselines = (train: Examples, test: Examples, labels: number): LearnedBaselines => {
  const { learn, judge } = featuresOf(train, test);
  const linear = logisticEach(train, { learn, judge, labels });
  const near = nearest(train, { learn, judge, labels });
  return typeof near === 'string'
    ? { learned: [linear], leftOut: [{ baseline: 'neighbours', reason: near }] }
    : { learned: [linear, near], leftOut: [] };
};

interface Learning {
  readonly learn: Features;
  readonly judge: Features;
  readonly labels: number;
}

const logisticEach = ({ target }: Examples, { learn, judge, labels }: Learning): LearnedBaseline => {
  const rows = linearRows(learn, { outputs: labels, least: 2 });
  const features = takeRows(learn, rows);
  const outputs = new Float64Array(judge.rows * labels);
  for (let of = 0; of < labels; of += 1) {
    const flags = Float64Array.from(rows, (row) => target[row * labels + of]!);
    const model = fitLogistic(features, flags, { ...logisticOptions, classes: 2 });
    const found = predictLogistic(model, judge); // [rows, 2]
    for (let row = 0; row < judge.rows; row += 1) outputs[row * labels + of] = found[row * 2 + 1]!;
  }
  return { name: 'linear', rows: rows.length, outputs };
};

const nearest = ({ target }: Examples, { learn, judge, labels }: Learning): LearnedBaseline | string => {
  const near = neighbourPoints(learn, judge);
  if (typeof near === 'string') return near;
  const { rows, points } = near;
  const count = Math.min(neighbours, rows.length);
  const found = nearestPoints(points, near.judge, count);
  const outputs = new Float64Array(near.judge.rows * labels);
  for (const [at, point] of found.entries()) {
    const row = Math.floor(at / count);
    for (let of = 0; of < labels; of += 1) outputs[row * labels + of]! += target[rows[point]! * labels + of]! / count;
  }
  return { name: 'neighbours', rows: rows.length, outputs };
};
