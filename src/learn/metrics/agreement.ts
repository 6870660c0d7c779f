import { type Confusion, countExamples } from './confusion.ts';

/**
 * Matthews' correlation coefficient, of any number of classes: how predicted and actual classes go along,
 *
 *     (n·hits − Σ aₖpₖ) / √((n² − Σ pₖ²)(n² − Σ aₖ²)),
 *
 * with a and p the numbers of examples of a class and predicted as it; from −1 to 1, 0 for answers by chance, and for
 * answers or examples that are all of one class. As scikit-learn's `matthews_corrcoef`.
 *
 * @see J. Gorodkin: Comparing Two K-category Assignments by a K-category Correlation Coefficient, Computational Biology
 * and Chemistry 28, 2004.
 */
export const matthews = (confusion: Confusion): number => {
  const { rows, actual, predicted } = marginsOf(confusion);
  const hits = confusion.reduce((sum, row, index) => sum + row[index]!, 0);
  const covariance = rows * hits - dot(actual, predicted);
  const spread = (rows ** 2 - dot(predicted, predicted)) * (rows ** 2 - dot(actual, actual));
  return spread <= 0 ? 0 : covariance / Math.sqrt(spread);
};

/** How much it counts that classes differ: any difference alike, by how many classes, or by the square of that. */
export type Distance = 'none' | 'linear' | 'quadratic';

/**
 * Cohen's kappa: agreement beyond that of chance, 1 − Σ w·observed / Σ w·expected, with `expected` the counts that
 * independent answers of the same margins have, and w what a difference counts; at most 1. 0 where all examples and all
 * answers are of one class, of which scikit-learn's `cohen_kappa_score` says nothing. The weighted forms take the classes
 * for steps of a scale, in their order.
 *
 * @see J. Cohen: Weighted Kappa, Psychological Bulletin 70, 1968.
 */
export const kappa = (confusion: Confusion, distance: Distance): number => {
  const { rows, actual, predicted } = marginsOf(confusion);
  const weigh = weights[distance];
  let observed = 0;
  let expected = 0;
  for (const [a, cells] of confusion.entries())
    for (const [p, count] of cells.entries()) {
      observed += weigh(a - p) * count;
      expected += (weigh(a - p) * actual[a]! * predicted[p]!) / rows;
    }
  return expected === 0 ? 0 : 1 - observed / expected;
};

const weights: Readonly<Record<Distance, (difference: number) => number>> = {
  none: (difference) => (difference === 0 ? 0 : 1),
  linear: Math.abs,
  quadratic: (difference) => difference ** 2,
};

const marginsOf = (confusion: Confusion) => ({
  rows: countExamples(confusion),
  actual: confusion.map((row) => row.reduce((sum, count) => sum + count, 0)),
  predicted: confusion.map((_, column) => confusion.reduce((sum, row) => sum + row[column]!, 0)),
});

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);
