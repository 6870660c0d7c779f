import { type Matrix, must } from '../matrix.ts';

// What needs no fit: it says the same of a row whatever the others are.

/**
 * ln(1 + value): draws long tails in.
 *
 * @throws RangeError for a value of -1 or less, which has no logarithm; NaN, a missing value, stays.
 */
export const applyLog1p = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values, (value, at) => {
    must(!(value <= -1), `value ${at} is ${value}: ln(1 + value) needs values above -1`);
    return Math.log1p(value);
  });

export const invertLog1p = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, Math.expm1);

/** Each row divided by its Euclidean length; a row of zeros stays. As scikit-learn's `normalize`. No inverse. */
export const unitRows = ({ values, rows, columns }: Matrix): Matrix => {
  const scaled = Float64Array.from(values);
  for (let row = 0; row < rows; row += 1) {
    const of = scaled.subarray(row * columns, (row + 1) * columns);
    const length = Math.sqrt(of.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let column = 0; column < columns; column += 1) of[column]! /= length;
  }
  return { values: scaled, rows, columns };
};
