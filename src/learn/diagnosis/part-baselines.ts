import type { DiagnosisBaseline, DiagnosisLeftOut } from '../../types/generated/diagnosis.ts';
import type { Examples } from '../data/examples.ts';
import { noTag } from '../data/tags.ts';
import type { TargetPart } from '../data/target-parts.ts';
import { learnLabelBaselines } from '../evaluation/label-baselines.ts';
import { byWords, hitsOf, meanOf, meansOf } from './answers.ts';
import { countsOf, sharesOf } from './reach.ts';

/** What a diagnosis calls the evaluation's baselines. */
export const ofCategories = { linear: 'logistic regression', neighbours: 'nearest neighbours' } as const;
export const ofNumbers = { linear: 'linear regression', neighbours: 'nearest neighbours' } as const;

// Baselines of targets that are no single category or number.

/** A baseline's own scores on validation, [rows], as `Answers` has them. */
export interface Scored {
  readonly name: DiagnosisBaseline['name'];
  readonly scores: Float64Array;
}

export interface ScoredBaselines {
  readonly scored: readonly Scored[];
  readonly leftOut: readonly DiagnosisLeftOut[];
}

/** Labels are taken where more than half speaks for them: of all of train, of the neighbours, by the regressions. */
export const labelBaselines = (train: Examples, validation: Examples, labels: number): ScoredBaselines => {
  const shares = sharesOf(train.target, labels);
  const usual = Float64Array.from(validation.target, (_, at) => shares[at % labels]!);
  const { learned, leftOut } = learnLabelBaselines(train, validation, labels);
  const scored = (name: Scored['name'], probabilities: Float64Array): Scored => {
    const taken = probabilities.map((probability) => (probability > 0.5 ? 1 : 0));
    return { name, scores: meansOf(hitsOf(taken, validation.target), labels) };
  };
  return {
    scored: [
      scored('majority', usual),
      ...learned.map(({ name, predict }) => scored(ofCategories[name], predict(validation))),
    ],
    leftOut: leftOut.map(({ baseline, reason }) => ({ name: ofCategories[baseline], reason })),
  };
};

/**
 * The tag that most words have, and the one that each word has most often in train: without looking around, that tells
 * most of what there is to tell in many texts. A word that train has not gets the former.
 *
 * @see E. Charniak: Statistical Techniques for Natural Language Parsing, AI Magazine 18(4), 1997.
 */
export const tagBaselines = (train: Examples, validation: Examples, part: TargetPart): ScoredBaselines => {
  const { width: steps, classes } = part;
  const { target } = validation;
  const scored = (name: Scored['name'], chosen: (at: number) => number): Scored => ({
    name,
    scores: byWords(hitsOf(Int32Array.from(target, (_, at) => chosen(at)), target), target, steps), // biome-ignore format: one call
  });
  const counts = countsOf(train.target, classes!.length);
  const usual = counts.indexOf(Math.max(...counts));
  const majority = scored('majority', () => usual);
  if (train.vocabulary === undefined || train.features.length !== train.target.length)
    return { scored: [majority], leftOut: [...ofRows, { name: 'tag of each word', reason: severalInputs }] };
  const tags = tagsOfWords(train, classes!.length);
  const byWord = scored('tag of each word', (at) => tags.get(validation.features[at]!) ?? usual);
  return { scored: [majority, byWord], leftOut: ofRows };
};

const ofRows: readonly DiagnosisLeftOut[] = (['nearest neighbours', 'logistic regression'] as const).map((name) => ({
  ...{ name, reason: 'learns one answer a row, and the target is a tag for each word' },
}));

const severalInputs = 'there is more than the ids of the words in the features';

/** By the id of a word, the tag that it has most often; of equally frequent ones the first. */
const tagsOfWords = ({ features, target }: Examples, tags: number): ReadonlyMap<number, number> => {
  const counts = new Map<number, number[]>();
  for (const [at, tag] of target.entries()) {
    if (tag === noTag) continue;
    const own = counts.get(features[at]!) ?? new Array<number>(tags).fill(0);
    own[tag]! += 1;
    counts.set(features[at]!, own);
  }
  return new Map([...counts].map(([word, own]) => [word, own.indexOf(Math.max(...own))]));
};

/** Of each element its mean. */
export const tensorBaselines = (train: Examples, validation: Examples, width: number): ScoredBaselines => {
  const means = Array.from({ length: width }, (_, element) =>
    meanOf(train.target.filter((__, at) => at % width === element)),
  );
  const errors = Float64Array.from(validation.target, (truth, at) => Math.abs(means[at % width]! - truth));
  return {
    scored: [{ name: 'mean', scores: meansOf(errors, width) }],
    leftOut: [{ name: 'linear regression', reason: 'of a tensor of numbers there is none here' }],
  };
};
