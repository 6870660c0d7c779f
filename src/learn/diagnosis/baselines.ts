import type { DiagnosisBaseline, DiagnosisLeftOut } from '../../types/generated/diagnosis.ts';
import type { Examples } from '../data/examples.ts';
import type { TargetPart } from '../data/target-parts.ts';
import { fitLogistic, predictLogistic } from '../linear/logistic.ts';
import { neighbourProbabilities } from '../linear/neighbours.ts';
import { fitRidge, predictRidge } from '../linear/ridge.ts';
import type { Matrix } from '../matrix.ts';
import { mostProbable } from '../metrics/choice.ts';
import { type Answers, hitsOf, meanOf } from './answers.ts';
import { meanOfPairs } from './gap.ts';
import { labelBaselines, type Scored, type ScoredBaselines, tagBaselines, tensorBaselines } from './part-baselines.ts';
import { countsOf } from './reach.ts';
import { someOf } from './sample.ts';

/**
 * What simpler models reach on validation, and by how much the trained one is ahead of each on the same examples: a model
 * that looks at nothing, the five nearest neighbours, and a linear model; of tags, the most frequent one of each word. They
 * get a part of train that bounds their cost, so that they may do better than this, and hardly worse.
 *
 * @param train the features that are predicted from as they are; `validation` likewise.
 * @param answers the trained model's, to `validation`.
 */
export const baselinesOf = (
  train: Examples,
  validation: Examples,
  answers: Pick<Answers, 'scores' | 'measure'>,
): { readonly baselines: readonly DiagnosisBaseline[]; readonly leftOut: readonly DiagnosisLeftOut[] } => {
  const { scored, leftOut } = scoredOf(train, validation);
  const { measure } = answers;
  const sign = measure === 'mae' ? -1 : 1;
  const baselines = scored.map(({ name, scores }) => {
    const ahead = meanOfPairs(answers.scores.map((score, row) => sign * (score - scores[row]!)));
    return { name, measure, value: meanOf(scores), ahead };
  });
  return { baselines, leftOut };
};

const scoredOf = (train: Examples, validation: Examples): ScoredBaselines => {
  const [part] = train.targets ?? [];
  if (part !== undefined) return scoredOfPart(train, validation, part);
  return train.classes === null ? forNumbers(train, validation) : forClasses(train, validation);
};

const scoredOfPart = (train: Examples, validation: Examples, part: TargetPart): ScoredBaselines => {
  if (part.kind === 'labels') return labelBaselines(train, validation, part.width);
  return part.kind === 'tags' ? tagBaselines(train, validation, part) : tensorBaselines(train, validation, part.width);
};

/** Multiplications of one pass of a fit, at most. */
const work = 8e6;
/** Multiplications of the distances to all neighbours, at most: a few seconds. */
const looks = 2e9;
/** With more columns than this, the normal equations of a linear model for numbers are not solved. */
const mostColumns = 1000;
const neighbours = 5;

const forClasses = (train: Examples, validation: Examples): ScoredBaselines => {
  const classes = train.classes!.length;
  const { target } = validation;
  const majority = mostFrequent(train.target, classes);
  const queries = matrixOf(validation);
  const voters = someOf(train, Math.max(1, Math.floor(looks / (queries.rows * queries.columns))));
  const votes = neighbourProbabilities(
    { points: matrixOf(voters), targets: voters.target, classes, neighbours: Math.min(neighbours, voters.rows) },
    queries,
  );
  const scored: Scored[] = [
    { name: 'majority', scores: Float64Array.from(target, (truth) => (truth === majority ? 1 : 0)) },
    { name: 'nearest neighbours', scores: hitsOf(mostProbable(votes, classes), target) },
  ];
  const fitted = linearFit(train, classes);
  if (typeof fitted === 'string') return { scored, leftOut: [{ name: 'logistic regression', reason: fitted }] };
  const chosen = mostProbable(predictLogistic(fitted, queries), classes);
  return { scored: [...scored, { name: 'logistic regression', scores: hitsOf(chosen, target) }], leftOut: [] };
};

const linearFit = (train: Examples, classes: number) => {
  const outputs = classes === 2 ? 1 : classes;
  const rows = Math.floor(work / (widthOf(train) * outputs));
  if (rows < 10 * classes) return `${widthOf(train)} features and ${classes} classes are too many for it here`;
  const some = someOf(train, rows);
  return fitLogistic(matrixOf(some), some.target, { classes, maxIterations: 60 });
};

const forNumbers = (train: Examples, validation: Examples): ScoredBaselines => {
  const errorsOf = (answer: (row: number) => number): Float64Array =>
    Float64Array.from(validation.target, (truth, row) => Math.abs(answer(row) - truth));
  const mean = meanOf(train.target);
  const scored: Scored[] = [{ name: 'mean', scores: errorsOf(() => mean) }];
  const width = widthOf(train);
  if (width > mostColumns) {
    const reason = `${width} features are too many for it here: ${mostColumns} at most`;
    return { scored, leftOut: [{ name: 'linear regression', reason }] };
  }
  const predicted = predictRidge(fitRidge(matrixOf(train), train.target, 1), matrixOf(validation));
  return {
    scored: [...scored, { name: 'linear regression', scores: errorsOf((row) => predicted[row]!) }],
    leftOut: [],
  };
};

const widthOf = ({ features, rows }: Examples): number => features.length / rows;

const matrixOf = (examples: Examples): Matrix => ({
  values: examples.features,
  rows: examples.rows,
  columns: widthOf(examples),
});

/** Of equally frequent classes the first. */
const mostFrequent = (target: Examples['target'], classes: number): number => {
  const counts = countsOf(target, classes);
  return counts.indexOf(Math.max(...counts));
};
