import type { DiagnosisBaseline, DiagnosisLeftOut } from '../../types/generated/diagnosis.ts';
import type { Examples } from '../data/examples.ts';
import type { TargetPart } from '../data/target-parts.ts';
import { learnBaselines } from '../evaluation/baselines.ts';
import { mostProbable } from '../metrics/choice.ts';
import { type Answers, hitsOf, meanOf } from './answers.ts';
import { meanOfPairs } from './gap.ts';
import {
  labelBaselines,
  ofCategories,
  ofNumbers,
  type Scored,
  type ScoredBaselines,
  tagBaselines,
  tensorBaselines,
} from './part-baselines.ts';
import { countsOf } from './reach.ts';

/**
 * What simpler models reach on validation, and by how much the trained one is ahead of each on the same examples: a model
 * that looks at nothing, and what the evaluation has beside test (`learnBaselines`), the five nearest neighbours and a
 * linear model; of tags, the most frequent one of each word.
 *
 * @param train the examples that the model has learned from, or some of them; `validation` likewise.
 * @param answers the trained model's, to `validation`.
 */
export const baselinesOf = (
  train: Examples,
  validation: Examples,
  answers: Pick<Answers, 'scores' | 'measure'>,
): { readonly baselines: readonly DiagnosisBaseline[]; readonly leftOut: readonly DiagnosisLeftOut[] } => {
  if (train.classes !== null && train.classWeights !== undefined) return { baselines: [], leftOut: ofWeighted };
  const { scored, leftOut } = scoredOf(train, validation);
  const { measure } = answers;
  const sign = measure === 'mae' ? -1 : 1;
  const baselines = scored.map(({ name, scores }) => {
    const ahead = meanOfPairs(answers.scores.map((score, row) => sign * (score - scores[row]!)));
    return { name, measure, value: meanOf(scores), ahead };
  });
  return { baselines, leftOut };
};

/** A model that was told that some classes count for more gives accuracy away for that, and these would not. */
const ofWeighted: readonly DiagnosisLeftOut[] = (
  ['majority', 'logistic regression', 'nearest neighbours'] as const
).map((name) => ({ name, reason: 'train weighs its classes, and accuracy counts all examples alike' }));

const scoredOf = (train: Examples, validation: Examples): ScoredBaselines => {
  const [part] = train.targets ?? [];
  if (part !== undefined) return scoredOfPart(train, validation, part);
  return ofRows(train, validation);
};

const scoredOfPart = (train: Examples, validation: Examples, part: TargetPart): ScoredBaselines => {
  if (part.kind === 'labels') return labelBaselines(train, validation, part.width);
  return part.kind === 'tags' ? tagBaselines(train, validation, part) : tensorBaselines(train, validation, part.width);
};

/** Of one category or number: what the evaluation learns from train too, on test. */
const ofRows = (train: Examples, validation: Examples): ScoredBaselines => {
  const { learned, leftOut } = learnBaselines(train, validation);
  const { classes } = train;
  const names = classes === null ? ofNumbers : ofCategories;
  const { name, scores, score } = classes === null ? mean(train, validation) : majority(train, validation);
  return {
    scored: [
      { name, scores },
      ...learned.map((each) => ({ name: names[each.name], scores: score(each.predict(validation)) })),
    ],
    leftOut: leftOut.map(({ baseline, reason }) => ({ name: names[baseline], reason })),
  };
};

/** A baseline that looks at nothing, and how answers are scored. */
interface Usual extends Scored {
  readonly score: (answers: Float64Array) => Float64Array;
}

const majority = ({ target: learned, classes }: Examples, { target }: Examples): Usual => {
  const counts = countsOf(learned, classes!.length);
  // Of equally frequent classes the first.
  const most = counts.indexOf(Math.max(...counts));
  return {
    name: 'majority',
    scores: Float64Array.from(target, (truth) => (truth === most ? 1 : 0)),
    score: (probabilities) => hitsOf(mostProbable(probabilities, classes!.length), target),
  };
};

const mean = ({ target: learned }: Examples, { target }: Examples): Usual => {
  const usual = meanOf(learned);
  return {
    name: 'mean',
    scores: Float64Array.from(target, (truth) => Math.abs(usual - truth)),
    score: (values) => Float64Array.from(target, (truth, row) => Math.abs(values[row]! - truth)),
  };
};
