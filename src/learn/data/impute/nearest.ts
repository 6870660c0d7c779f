import type { FittedDonors } from '../../../types/generated/fitted.ts';

/**
 * Fills a gap with the mean of the nearest rows of train that have a value: the distance of two rows is Euclidean over
 * the columns that both have, each divided by its deviation, and that times √(columns / columns that both have). Of rows
 * equally near, the first count. Where no row has a column in common, it is train's mean.
 *
 * As scikit-learn's KNNImputer on standardized columns, but for its choice among equally near rows.
 *
 * @param target index of the column to fill.
 * @param fallback train's mean.
 * @see O. Troyanskaya et al.: Missing value estimation methods for DNA microarrays, Bioinformatics 17(6), 2001.
 */
export const nearestFiller = (
  { k, columns, values }: FittedDonors,
  { target, fallback }: { readonly target: number; readonly fallback: number },
): ((row: readonly number[]) => number) => {
  const width = columns.length;
  const divisors = columns.map(({ divisor }) => divisor);
  const able = values.filter((row) => row[target] !== null);
  const donors = Float64Array.from(able.flat(), (value) => value ?? Number.NaN);
  return (row) => {
    const near: { distance: number; value: number }[] = [];
    for (let donor = 0; donor < able.length; donor += 1) {
      const distance = distanceTo(donors.subarray(donor * width, (donor + 1) * width), row, divisors);
      if (Number.isNaN(distance)) continue;
      if (near.length === k && distance >= near[k - 1]!.distance) continue;
      const at = near.findIndex((other) => distance < other.distance);
      near.splice(at < 0 ? near.length : at, 0, { distance, value: donors[donor * width + target] as number });
      if (near.length > k) near.pop();
    }
    if (near.length === 0) return fallback;
    return near.reduce((sum, { value }) => sum + value, 0) / near.length;
  };
};

/** Squared; NaN where the two have no column in common. */
const distanceTo = (donor: Float64Array, row: readonly number[], divisors: readonly number[]): number => {
  let [shared, squares] = [0, 0];
  for (let at = 0; at < row.length; at += 1) {
    const difference = ((donor[at] as number) - (row[at] as number)) / (divisors[at] as number);
    if (Number.isNaN(difference)) continue;
    shared += 1;
    squares += difference * difference;
  }
  return shared === 0 ? Number.NaN : (squares * row.length) / shared;
};
