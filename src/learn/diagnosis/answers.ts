import type { DiagnosisGap } from '../../types/generated/diagnosis.ts';
import type { Examples } from '../data/examples.ts';
import { mostProbable } from '../metrics/choice.ts';
import { differenceOfMeans, differenceOfShares } from './gap.ts';

/** What a model says of examples, row by row. */
export interface Answers {
  /** Cross entropy in nats of the true class, or squared error; [rows]. Without penalties and smoothed labels. */
  readonly losses: Float64Array;
  /** 1 where the class was told right, else 0; or the absolute error; [rows]. */
  readonly scores: Float64Array;
}

/**
 * @param outputs [rows, classes] logits, or [rows] values.
 */
export const answersOf = (outputs: Float32Array, { target, classes }: Pick<Examples, 'target' | 'classes'>): Answers =>
  classes === null ? ofNumbers(outputs, target) : ofClasses(outputs, target, classes.length);

/** log Σ exp(z) − z[y], from z less its greatest. */
const ofClasses = (logits: Float32Array, target: Examples['target'], classes: number): Answers => {
  const chosen = mostProbable(logits, classes);
  const losses = Float64Array.from(target, (truth, row) => {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const greatest = own[chosen[row]!]!;
    let sum = 0;
    for (const logit of own) sum += Math.exp(logit - greatest);
    return Math.log(sum) + greatest - own[truth]!;
  });
  return { losses, scores: Float64Array.from(target, (truth, row) => (chosen[row] === truth ? 1 : 0)) };
};

const ofNumbers = (values: Float32Array, target: Examples['target']): Answers => {
  const errors = Float64Array.from(target, (truth, row) => values[row]! - truth);
  return { losses: errors.map((error) => error * error), scores: errors.map(Math.abs) };
};

/** Mean of some numbers, at least one. */
export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at]!;
  return sum / values.length;
};

/**
 * By how much a model does worse on validation than on train: in loss, and in accuracy or mean absolute error.
 *
 * @param train answers to at least two examples; `validation` likewise.
 * @param kind whether scores are hits of classes or errors of numbers.
 */
export const gapsOf = (
  train: Answers,
  validation: Answers,
  kind: 'classes' | 'number',
): [DiagnosisGap, DiagnosisGap] => {
  const loss: DiagnosisGap = {
    measure: 'loss',
    better: 'less',
    train: meanOf(train.losses),
    validation: meanOf(validation.losses),
    gap: differenceOfMeans(train.losses, validation.losses),
  };
  const [on, off] = [meanOf(train.scores), meanOf(validation.scores)];
  if (kind === 'number') {
    const gap = differenceOfMeans(train.scores, validation.scores);
    return [loss, { measure: 'mae', better: 'less', train: on, validation: off, gap }];
  }
  const gap = differenceOfShares({ share: on, of: train.scores.length }, { share: off, of: validation.scores.length });
  return [loss, { measure: 'accuracy', better: 'more', train: on, validation: off, gap }];
};
