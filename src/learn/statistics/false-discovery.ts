import { must } from '../matrix.ts';
import { orderOf } from './ranks.ts';

/**
 * P-values adjusted for being many, by Benjamini and Hochberg: among those at or below a level, the expected share of
 * false alarms is at most that level, for independent (or positively dependent) tests.
 * adjusted(k) = min over j ≥ k of p(j) · n / j, in ascending order. As scipy's `false_discovery_control`.
 *
 * @param pValues 0 to 1 each.
 * @returns in the order given.
 * @see Y. Benjamini, Y. Hochberg: Controlling the False Discovery Rate, J. R. Stat. Soc. B 57(1), 1995.
 */
export const falseDiscovery = (pValues: ArrayLike<number>): Float64Array => {
  const order = orderOf(pValues);
  const adjusted = new Float64Array(pValues.length);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank -= 1) {
    const at = order[rank - 1]!;
    const pValue = pValues[at]!;
    must(pValue >= 0 && pValue <= 1, `a p-value is between 0 and 1, not ${pValue}`);
    least = Math.min(least, (pValue * order.length) / rank);
    adjusted[at] = least;
  }
  return adjusted;
};
