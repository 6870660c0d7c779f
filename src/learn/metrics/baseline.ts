import { type ClassSet, classSet } from './class-set.ts';
import { mean, type NumberSet } from './regression.ts';

/** What a model that looks at no feature answers to everything: a model that is not better has learned nothing. */
export interface Baseline<Set> {
  readonly answer: number;
  /** The same examples, as it predicts them. */
  readonly set: Set;
}

/**
 * The baseline that answers the same to everything: the most frequent class of these very examples, of equal ones the
 * first, and as probabilities their shares. No constant answer has a higher accuracy on them, nor a lower log loss or Brier
 * score, so this is the hardest baseline of its kind.
 *
 * @param actual class indices, [rows], at least one.
 * @param classes number of classes.
 */
export const majorityBaseline = (actual: Int32Array, classes: number): Baseline<ClassSet> => {
  const counts = new Array<number>(classes).fill(0);
  for (const index of actual) counts[index]! += 1;
  const answer = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
  const shares = counts.map((count) => count / actual.length);
  const probabilities = new Float64Array(actual.length * classes);
  for (let row = 0; row < actual.length; row += 1) probabilities.set(shares, row * classes);
  return { answer, set: classSet({ actual, probabilities, classes }) };
};

/**
 * The baseline that answers the mean of these very examples to everything. No constant answer has a lower RMSE on them.
 *
 * @param actual values, [rows], at least one.
 */
export const meanBaseline = (actual: Float32Array): Baseline<NumberSet> => {
  const answer = mean(actual);
  return { answer, set: { actual, predicted: new Float64Array(actual.length).fill(answer) } };
};
