import { type Confusion, countExamples } from './confusion.ts';

/** What it costs to take actual class (row) for predicted class (column), [classes, classes]. */
export type Costs = readonly (readonly number[])[];

/**
 * The mean cost of an example, Σ count·cost / n.
 *
 * @see C. Elkan: The Foundations of Cost-Sensitive Learning, IJCAI 2001.
 */
export const meanCost = (confusion: Confusion, costs: Costs): number =>
  confusion.reduce((sum, row, actual) => sum + row.reduce((of, count, at) => of + count * costs[actual]![at]!, 0), 0) /
  countExamples(confusion);

/**
 * The class whose expected cost is least for each example, argminⱼ Σᵢ pᵢ·costᵢⱼ; of equal ones the first. Nothing is
 * fitted: it is the best answer as far as the probabilities can be taken at their word.
 *
 * @param probabilities [rows, classes]
 * @returns class indices, [rows].
 */
export const cheapestClasses = (probabilities: ArrayLike<number>, costs: Costs): Int32Array => {
  const classes = costs.length;
  return Int32Array.from({ length: probabilities.length / classes }, (_, row) => {
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let answer = 0; answer < classes; answer += 1) {
      let expected = 0;
      for (let actual = 0; actual < classes; actual += 1) {
        expected += probabilities[row * classes + actual]! * costs[actual]![answer]!;
      }
      if (expected < least) [best, least] = [answer, expected];
    }
    return best;
  });
};
