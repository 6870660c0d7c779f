import { mustBeFinite } from '../matrix.ts';

/** The places of numbers in ascending order; equal ones in the order in which they stand. */
export const orderOf = (values: ArrayLike<number>): Uint32Array =>
  Uint32Array.from({ length: values.length }, (_, at) => at).sort((a, b) => values[a]! - values[b]! || a - b);

/** Ranks from 1; equal numbers share the mean of their ranks. As scipy's `rankdata`. */
export const averageRanks = (values: ArrayLike<number>): Float64Array => {
  mustBeFinite(values, 'values to rank');
  const order = orderOf(values);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let at = from; at < to; at += 1) ranks[order[at]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
};
