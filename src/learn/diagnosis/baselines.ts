import type { DiagnosisBaseline } from '../../types/generated/diagnosis.ts';
import type { Examples } from '../data/examples.ts';
import { fitLogistic, predictLogistic } from '../linear/logistic.ts';
import { neighbourProbabilities } from '../linear/neighbours.ts';
import { fitRidge, predictRidge } from '../linear/ridge.ts';
import type { Matrix } from '../matrix.ts';
import { type Answers, meanOf } from './answers.ts';
import { meanOfPairs } from './gap.ts';
import { someOf } from './sample.ts';

/**
 * What simpler models reach on validation, and by how much the trained one is ahead of each on the same examples: a model
 * that looks at nothing, the five nearest neighbours, and a linear model. They get a part of train that bounds their cost,
 * so that they may do better than this, and hardly worse.
 *
 * @param train the features that are predicted from as they are; `validation` likewise.
 * @param answers the trained model's, to `validation`.
 */
export const baselinesOf = (train: Examples, validation: Examples, answers: Answers): DiagnosisBaseline[] =>
  train.classes === null ? forNumbers(train, validation, answers) : forClasses(train, validation, answers);

/** Multiplications of one pass of a fit, at most. */
const work = 8e6;
/** Multiplications of the distances to all neighbours, at most: a few seconds. */
const looks = 2e9;
/** With more columns than this, the normal equations of a linear model for numbers are not solved. */
const mostColumns = 1000;
const neighbours = 5;

type Named = DiagnosisBaseline['name'];

const forClasses = (train: Examples, validation: Examples, { scores }: Answers): DiagnosisBaseline[] => {
  const classes = train.classes!.length;
  const compared = (name: Named, chosen: (row: number) => number): DiagnosisBaseline => {
    const hits = Float64Array.from(validation.target, (truth, row) => (chosen(row) === truth ? 1 : 0));
    const ahead = meanOfPairs(scores.map((score, row) => score - hits[row]!));
    return { name, measure: 'accuracy', value: meanOf(hits), ahead };
  };
  const majority = majorityOf(train.target, classes);
  const queries = matrixOf(validation);
  const voters = someOf(train, Math.max(1, Math.floor(looks / (queries.rows * queries.columns))));
  const votes = neighbourProbabilities(
    { points: matrixOf(voters), targets: voters.target, classes, neighbours: Math.min(neighbours, voters.rows) },
    queries,
  );
  const fitted = linearFit(train, classes);
  return [
    compared('majority', () => majority),
    compared('nearest neighbours', (row) => greatestOf(votes, row, classes)),
    ...(fitted === undefined ? [] : [compared('logistic regression', pick(predictLogistic(fitted, queries), classes))]),
  ];
};

const pick =
  (probabilities: Float64Array, classes: number) =>
  (row: number): number =>
    greatestOf(probabilities, row, classes);

const linearFit = (train: Examples, classes: number) => {
  const outputs = classes === 2 ? 1 : classes;
  const rows = Math.floor(work / (widthOf(train) * outputs));
  if (rows < 10 * classes) return undefined;
  const some = someOf(train, rows);
  return fitLogistic(matrixOf(some), some.target, { classes, maxIterations: 60 });
};

const forNumbers = (train: Examples, validation: Examples, { scores }: Answers): DiagnosisBaseline[] => {
  const compared = (name: Named, answer: (row: number) => number): DiagnosisBaseline => {
    const errors = Float64Array.from(validation.target, (truth, row) => Math.abs(answer(row) - truth));
    const ahead = meanOfPairs(errors.map((error, row) => error - scores[row]!));
    return { name, measure: 'mae', value: meanOf(errors), ahead };
  };
  const mean = meanOf(train.target);
  if (widthOf(train) > mostColumns) return [compared('mean', () => mean)];
  const predicted = predictRidge(fitRidge(matrixOf(train), train.target, 1), matrixOf(validation));
  return [compared('mean', () => mean), compared('linear regression', (row) => predicted[row]!)];
};

const widthOf = ({ features, rows }: Examples): number => features.length / rows;

const matrixOf = (examples: Examples): Matrix => ({
  values: examples.features,
  rows: examples.rows,
  columns: widthOf(examples),
});

/** Of equally frequent classes the first. */
const majorityOf = (target: Examples['target'], classes: number): number => {
  const counts = new Array<number>(classes).fill(0);
  for (const index of target) counts[index]! += 1;
  return counts.indexOf(Math.max(...counts));
};

const greatestOf = (values: Float64Array, row: number, classes: number): number => {
  const own = values.subarray(row * classes, (row + 1) * classes);
  return own.indexOf(Math.max(...own));
};
