import { marginsOf, type Table } from './categories.ts';
import { chiSquareTail } from './gamma.ts';

export interface ChiSquare {
  readonly statistic: number;
  readonly freedom: number;
  /** Probability of a statistic at least as large where rows and columns are independent. */
  readonly pValue: number;
  /**
   * Least count that independence makes one expect in a cell. Below 5, the p-value is rough (Cochran's rule).
   */
  readonly leastExpected: number;
}

/**
 * Pearson's chi² test of independence: Σ (observed - expected)² / expected, with (rows - 1)(columns - 1) degrees of
 * freedom. As scipy's `chi2_contingency` with `correction=False`: no continuity correction.
 *
 * Rows and columns without any count do not count. Where fewer than two of either are left there is nothing to test:
 * statistic 0, no freedom, p-value 1.
 *
 * @see K. Pearson: On the Criterion that a Given System of Deviations …, Philosophical Magazine 50, 1900.
 */
export const chiSquare = (table: Table): ChiSquare => {
  const { total, byRow, byColumn } = marginsOf(table);
  const present = (margin: Float64Array): number => margin.filter((count) => count > 0).length;
  const freedom = (present(byRow) - 1) * (present(byColumn) - 1);
  if (total === 0 || freedom <= 0) return { statistic: 0, freedom: 0, pValue: 1, leastExpected: total };
  let statistic = 0;
  let leastExpected = Number.POSITIVE_INFINITY;
  table.counts.forEach((count, at) => {
    const expected = (byRow[Math.floor(at / table.columns)]! * byColumn[at % table.columns]!) / total;
    if (expected === 0) return;
    statistic += (count - expected) ** 2 / expected;
    leastExpected = Math.min(leastExpected, expected);
  });
  return { statistic, freedom, pValue: chiSquareTail(statistic, freedom), leastExpected };
};
