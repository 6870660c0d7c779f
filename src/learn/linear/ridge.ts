import { type Matrix, must, mustBeFinite, mustBeMatrix } from '../matrix.ts';

/** All numbers: goes into JSON as it is. */
export interface Ridge {
  readonly weights: readonly number[];
  readonly intercept: number;
}

/**
 * Ridge regression: minimizes Σ (target - prediction)² + l2 · Σ weights², the intercept free, by the normal equations
 * and Cholesky's decomposition. As scikit-learn's `Ridge(alpha=l2)`. Columns are not scaled.
 * rows · columns² operations: for up to a few thousand columns.
 *
 * @param l2 above 0: so there is always one solution.
 * @throws RangeError for no rows, or values that are not finite.
 * @see A. E. Hoerl, R. W. Kennard: Ridge Regression, Technometrics 12(1), 1970.
 */
export const fitRidge = (features: Matrix, targets: ArrayLike<number>, l2: number): Ridge => {
  const { rows, columns } = features;
  mustBeMatrix(features, 'features');
  mustBeFinite(targets, 'targets');
  must(rows > 0 && targets.length === rows && l2 > 0, 'ridge regression needs rows, a target for each, and l2 above 0');
  const means = new Float64Array(columns);
  for (let at = 0; at < rows * columns; at += 1) means[at % columns]! += features.values[at]! / rows;
  let mean = 0;
  for (let row = 0; row < rows; row += 1) mean += targets[row]! / rows;
  const { products, sums } = normalEquations(features, targets, { means, mean });
  for (let column = 0; column < columns; column += 1) products[column * columns + column]! += l2;
  const weights = solve(products, sums);
  const intercept = weights.reduce((left, weight, column) => left - weight * means[column]!, mean);
  return { weights: [...weights], intercept };
};

export const predictRidge = ({ weights, intercept }: Ridge, { values, rows, columns }: Matrix): Float64Array => {
  must(columns === weights.length, `${columns} columns; the model was fitted on ${weights.length}`);
  return Float64Array.from({ length: rows }, (_, row) =>
    weights.reduce((sum, weight, column) => sum + weight * values[row * columns + column]!, intercept),
  );
};

/** XᵀX (its lower half) and Xᵀy of centred columns. */
const normalEquations = (
  { values, rows, columns }: Matrix,
  targets: ArrayLike<number>,
  { means, mean }: { means: Float64Array; mean: number },
): { products: Float64Array; sums: Float64Array } => {
  const products = new Float64Array(columns * columns);
  const sums = new Float64Array(columns);
  const centred = new Float64Array(columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      centred[column] = values[row * columns + column]! - means[column]!;
    }
    for (let i = 0; i < columns; i += 1) {
      const value = centred[i]!;
      sums[i]! += value * (targets[row]! - mean);
      for (let j = 0; j <= i; j += 1) products[i * columns + j]! += value * centred[j]!;
    }
  }
  return { products, sums };
};

/** Solves A x = b for a symmetric, positive definite A, of which the lower half is given, and overwritten. */
const solve = (lower: Float64Array, b: Float64Array): Float64Array => {
  const n = b.length;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = lower[i * n + j]!;
      for (let k = 0; k < j; k += 1) sum -= lower[i * n + k]! * lower[j * n + k]!;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  }
  const x = b.slice();
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < i; k += 1) x[i]! -= lower[i * n + k]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < n; k += 1) x[i]! -= lower[k * n + i]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  return x;
};
