import { marginsOf, type Table } from './categories.ts';

/**
 * Shannon's entropy of counts in nats: -Σ p ln p; 0 where there are none.
 *
 * @see C. E. Shannon: A Mathematical Theory of Communication, 1948.
 */
export const entropy = (counts: ArrayLike<number>): number => {
  const all = Float64Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  return all.reduce((sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log(count / total)), 0);
};

/**
 * Mutual information of two categories in nats: Σ p(a, b) ln(p(a, b) / (p(a) p(b))), never below 0.
 * As scikit-learn's `mutual_info_score`. Of few rows it is biased upward.
 */
export const mutualInformation = (table: Table): number => {
  const { total, byRow, byColumn } = marginsOf(table);
  if (total === 0) return 0;
  let sum = 0;
  table.counts.forEach((count, at) => {
    if (count === 0) return;
    const expected = (byRow[Math.floor(at / table.columns)]! / total) * byColumn[at % table.columns]!;
    sum += (count / total) * Math.log(count / expected);
  });
  return Math.max(0, sum);
};

/**
 * Share of the target's entropy that a category tells: mutual information over entropy (Theil's U), 0 to 1.
 * Null where the target, the table's columns, is constant.
 *
 * @see H. Theil: On the Estimation of Relationships Involving Qualitative Variables, Am. J. Sociology 76(1), 1970.
 */
export const uncertaintyCoefficient = (table: Table): number | null => {
  const target = entropy(marginsOf(table).byColumn);
  return target === 0 ? null : Math.min(1, mutualInformation(table) / target);
};
