import type { Examples } from '../data/examples.ts';
import { takeRows } from '../linear/features.ts';
import { fitLogistic, predictLogistic } from '../linear/logistic.ts';
import { nearestPoints } from '../linear/neighbours.ts';
import type { Matrix } from '../matrix.ts';
import {
  type FeaturesOfTrain,
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
 * nearest rows that have it. They predict probabilities [rows, labels].
 *
 * @param train of at least one row, with the features and labels of test; its target is [rows, labels], 0 and 1.
 */
export const learnLabelBaselines = (train: Examples, test: Examples, labels: number): LearnedBaselines => {
  const features = featuresOf(train);
  const linear = logisticEach(train, { ...features.linear, labels });
  const near = nearest(train, { ...features.near, labels }, test.rows);
  return typeof near === 'string'
    ? { learned: [linear], leftOut: [{ baseline: 'neighbours', reason: near }] }
    : { learned: [linear, near], leftOut: [] };
};

interface Learning extends FeaturesOfTrain {
  readonly labels: number;
}

const logisticEach = ({ target }: Examples, { learn, view, labels }: Learning): LearnedBaseline => {
  const rows = linearRows(learn, { outputs: labels, least: 2 });
  const features = takeRows(learn, rows);
  const models = Array.from({ length: labels }, (_, of) =>
    fitLogistic(features, Float64Array.from(rows, (row) => target[row * labels + of]!), { ...logisticOptions, classes: 2 }),
  ); // biome-ignore format: one call
  const predict = (examples: Examples): Float64Array => {
    const judge = view(examples);
    const outputs = new Float64Array(judge.rows * labels);
    for (const [of, model] of models.entries()) {
      const found = predictLogistic(model, judge); // [rows, 2]
      for (let row = 0; row < judge.rows; row += 1) outputs[row * labels + of] = found[row * 2 + 1]!;
    }
    return outputs;
  };
  return { name: 'linear', rows: rows.length, predict };
};

const nearest = ({ target }: Examples, { learn, view, labels }: Learning, judged: number): LearnedBaseline | string => {
  const near = neighbourPoints(learn, judged);
  if (typeof near === 'string') return near;
  const { rows, points } = near;
  const count = Math.min(neighbours, rows.length);
  const predict = (examples: Examples): Float64Array => {
    const judge = view(examples) as Matrix;
    const outputs = new Float64Array(judge.rows * labels);
    for (const [at, point] of nearestPoints(points, judge, count).entries()) {
      const row = Math.floor(at / count);
      for (let of = 0; of < labels; of += 1) outputs[row * labels + of]! += target[rows[point]! * labels + of]! / count;
    }
    return outputs;
  };
  return { name: 'neighbours', rows: rows.length, predict };
};
