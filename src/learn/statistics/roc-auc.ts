import { must } from '../matrix.ts';
import { averageRanks } from './ranks.ts';

/**
 * Area under the ROC curve: the probability that a positive row has a higher score than a negative one, a tie counting
 * half. 0.5 is chance. Null where one of the two kinds has no row.
 *
 * @param positive 1 for positive rows, 0 for negative ones.
 * @see J. A. Hanley, B. J. McNeil: The Meaning and Use of the Area under a ROC Curve, Radiology 143, 1982.
 */
export const rocAuc = (scores: ArrayLike<number>, positive: ArrayLike<number>): number | null => {
  must(scores.length === positive.length, 'each score has one truth');
  const ranks = averageRanks(scores);
  let [count, sum] = [0, 0];
  for (let row = 0; row < ranks.length; row += 1) {
    if (positive[row] !== 1) continue;
    count += 1;
    sum += ranks[row]!;
  }
  const others = ranks.length - count;
  return count === 0 || others === 0 ? null : (sum - (count * (count + 1)) / 2) / (count * others);
};
