import type { DiagnosisGap } from '../../types/generated/diagnosis.ts';
import type { Examples } from '../data/examples.ts';
import { noTag } from '../data/tags.ts';
import { mostProbable } from '../metrics/choice.ts';
import { type Interval, wilson, wilsonEffective } from '../metrics/interval.ts';
import { differenceOfMeans, differenceOfShares } from './gap.ts';

/** What a model says of examples, row by row. */
export interface Answers {
  /** Cross entropy in nats of what is true, or squared error; [rows]. Without penalties and smoothed labels. */
  readonly losses: Float64Array;
  /** How right or wrong each row is, by `measure`; [rows]. */
  readonly scores: Float64Array;
  /** What the mean of the scores is. */
  readonly measure: Measure;
  /** Whether each score is a hit or a miss, 1 or 0: then shares have better intervals than means. */
  readonly areHits: boolean;
}

/** Classes and tags told right; labels told right, there or not; absolute error. */
export type Measure = 'accuracy' | 'binary_accuracy' | 'mae';

/** The answers that examples have. */
export type Truth = Pick<Examples, 'target' | 'classes' | 'targets'>;

/**
 * @param outputs what the network says of one target: logits of classes or labels [rows, classes], of tags [rows, steps,
 * tags]; or values [rows], of tensors [rows, elements].
 */
export const answersOf = (outputs: Float32Array, { target, classes, targets: [part] = [] }: Truth): Answers => {
  switch (part?.kind) {
    case 'labels':
      return ofLabels(outputs, target, part.width);
    case 'tags':
      return ofTags(outputs, target, { steps: part.width, tags: part.classes!.length });
    case 'numbers':
      return ofNumbers(outputs, target, part.width);
    default:
      return classes === null ? ofNumbers(outputs, target, 1) : ofClasses(outputs, target, classes.length);
  }
};

const ofClasses = (logits: Float32Array, target: Examples['target'], classes: number): Answers => ({
  losses: crossEntropies(logits, target, classes),
  scores: hitsOf(mostProbable(logits, classes), target),
  ...{ measure: 'accuracy', areHits: true },
});

/** log Σ exp(z) − z[y], from z less its greatest; 0 where there is no y. */
const crossEntropies = (logits: Float32Array, target: Examples['target'], classes: number): Float64Array => {
  const chosen = mostProbable(logits, classes);
  return Float64Array.from(target, (truth, row) => {
    if (truth === noTag) return 0;
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const greatest = own[chosen[row]!]!;
    let sum = 0;
    for (const logit of own) sum += Math.exp(logit - greatest);
    return Math.log(sum) + greatest - own[truth]!;
  });
};

/** 1 where what was chosen is the truth, else 0. */
export const hitsOf = (chosen: ArrayLike<number>, target: Examples['target']): Float64Array =>
  Float64Array.from(target, (truth, at) => (chosen[at] === truth ? 1 : 0));

/** Of each row the mean of binary cross entropy, max(z, 0) − z · y + log(1 + exp(−|z|)), and the share of labels told right. */
const ofLabels = (logits: Float32Array, target: Examples['target'], labels: number): Answers => {
  const losses = Float64Array.from(target, (truth, at) => {
    const logit = logits[at]!;
    return Math.max(logit, 0) - logit * truth + Math.log1p(Math.exp(-Math.abs(logit)));
  });
  const chosen = Uint8Array.from(logits, (logit) => (logit > 0 ? 1 : 0));
  return {
    ...{ losses: meansOf(losses, labels), scores: meansOf(hitsOf(chosen, target), labels) },
    ...{ measure: 'binary_accuracy', areHits: false },
  };
};

const ofTags = (
  logits: Float32Array,
  target: Examples['target'],
  { steps, tags }: { readonly steps: number; readonly tags: number },
): Answers => ({
  losses: byWords(crossEntropies(logits, target, tags), target, steps),
  scores: byWords(hitsOf(mostProbable(logits, tags), target), target, steps),
  ...{ measure: 'accuracy', areHits: false },
});

/**
 * What rows contribute to a mean over words: their mean is that mean, and they vary as it does from sample to sample of
 * rows. Words of one row are alike, so that it is the rows that an interval has to go by.
 *
 *     R = Σ sᵢ / Σ nᵢ,   zᵢ = R + (sᵢ − R · nᵢ) / n̄,   for rows of nᵢ words whose values add up to sᵢ
 *
 * @param values [rows × steps], finite; what stands where there is no word is not looked at.
 * @see W. G. Cochran: Sampling Techniques, 1977, section 6.3 (the variance of a ratio).
 */
export const byWords = (values: Float64Array, target: Examples['target'], steps: number): Float64Array => {
  const rows = values.length / steps;
  const [sums, counts] = [new Float64Array(rows), new Float64Array(rows)];
  for (const [at, value] of values.entries()) {
    if (target[at] === noTag) continue;
    const row = Math.floor(at / steps);
    sums[row]! += value;
    counts[row]! += 1;
  }
  const [sum, count] = [meanOf(sums), meanOf(counts)];
  return sums.map((own, row) => sum / count + (own - (sum / count) * counts[row]!) / count);
};

const ofNumbers = (values: Float32Array, target: Examples['target'], width: number): Answers => {
  const errors = Float64Array.from(target, (truth, at) => values[at]! - truth);
  return {
    losses: meansOf(errors.map((error) => error * error), width), // biome-ignore format: as the next line
    scores: meansOf(errors.map(Math.abs), width),
    ...{ measure: 'mae', areHits: false },
  };
};

/** The mean of each row of so many values. */
export const meansOf = (values: Float64Array, width: number): Float64Array =>
  width === 1
    ? values
    : Float64Array.from({ length: values.length / width }, (_, row) =>
        meanOf(values.subarray(row * width, (row + 1) * width)),
      );

/** Mean of some numbers, at least one. */
export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at]!;
  return sum / values.length;
};

/**
 * By how much a model does worse on validation than on train: in loss, and in the measure of its answers.
 *
 * @param train answers to at least two examples; `validation` likewise, to the same target.
 */
export const gapsOf = (train: Answers, validation: Answers): [DiagnosisGap, DiagnosisGap] => {
  const loss: DiagnosisGap = {
    measure: 'loss',
    better: 'less',
    train: meanOf(train.losses),
    validation: meanOf(validation.losses),
    gap: differenceOfMeans(train.losses, validation.losses),
  };
  const { measure } = train;
  const [on, off] = [meanOf(train.scores), meanOf(validation.scores)];
  const gap =
    measure === 'mae'
      ? differenceOfMeans(train.scores, validation.scores)
      : differenceOfShares(shareOf(train), shareOf(validation));
  return [loss, { measure, better: measure === 'mae' ? 'less' : 'more', train: on, validation: off, gap }];
};

/** The share of all that was told right, with its 95 % interval: by the number of rows, and by how much these vary. */
export const shareOf = ({ scores, areHits }: Answers): Interval => {
  const { length: rows } = scores;
  const share = meanOf(scores);
  if (areHits) return wilson(share, rows);
  const variance = scores.reduce((sum, score) => sum + (score - share) ** 2, 0) / (rows - 1);
  return wilsonEffective(share, variance / rows, rows);
};
