import { must, mustBeFinite } from '../matrix.ts';
import { marginsOf, type Table } from './categories.ts';
import { chiSquare } from './chi-square.ts';
import { studentTails } from './gamma.ts';
import { averageRanks } from './ranks.ts';

export interface Correlation {
  /** -1 to 1; null where one of the columns is constant: nothing goes along with it, nor against it. */
  readonly value: number | null;
  /** Two-sided, by Student's t with n - 2 degrees of freedom; null without a value or with fewer than 3 rows. */
  readonly pValue: number | null;
}

/**
 * Pearson's correlation of two columns; with a column of 0 and 1, it is the point-biserial correlation.
 *
 * @param a, b finite numbers, as many each, at least 2.
 * @see K. Pearson: Notes on Regression and Inheritance in the Case of Two Parents, 1895.
 */
export const pearson = (a: ArrayLike<number>, b: ArrayLike<number>): Correlation => {
  must(a.length === b.length && a.length >= 2, 'a correlation needs two columns of equal length, of 2 rows or more');
  mustBeFinite(a, 'first column');
  mustBeFinite(b, 'second column');
  if (isConstant(a) || isConstant(b)) return { value: null, pValue: null };
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let row = 0; row < a.length; row += 1) {
    const [x, y] = [a[row]! - meanA, b[row]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  const value = Math.max(-1, Math.min(1, ab / (Math.sqrt(aa) * Math.sqrt(bb))));
  const freedom = a.length - 2;
  if (freedom === 0) return { value, pValue: null };
  return { value, pValue: studentTails(value * Math.sqrt(freedom / ((1 - value) * (1 + value))), freedom) };
};

/**
 * Spearman's rank correlation: Pearson's, of average ranks. Params and errors as there.
 *
 * @see C. Spearman: The Proof and Measurement of Association between Two Things, 1904.
 */
export const spearman = (a: ArrayLike<number>, b: ArrayLike<number>): Correlation =>
  pearson(averageRanks(a), averageRanks(b));

/**
 * Correlation ratio η of numbers by category: the root of the share of their variance that lies between categories.
 * 0 to 1; null where the numbers are constant.
 *
 * @param codes category of each row, whole numbers from 0.
 * @see K. Pearson: On the General Theory of Skew Correlation and Non-Linear Regression, 1905.
 */
export const correlationRatio = (codes: ArrayLike<number>, values: ArrayLike<number>): number | null => {
  must(codes.length === values.length && codes.length > 0, 'a correlation ratio needs two columns of equal length');
  mustBeFinite(values, 'values');
  if (isConstant(values)) return null;
  const groups = new Map<number, { count: number; sum: number }>();
  const mean = meanOf(values);
  let total = 0;
  for (let row = 0; row < codes.length; row += 1) {
    const group = groups.get(codes[row]!) ?? { count: 0, sum: 0 };
    const distance = values[row]! - mean;
    groups.set(codes[row]!, { count: group.count + 1, sum: group.sum + distance });
    total += distance * distance;
  }
  const between = [...groups.values()].reduce((sum, group) => sum + group.sum ** 2 / group.count, 0);
  return Math.sqrt(Math.min(1, between / total));
};

/**
 * Cramér's V of a table: √(χ² / (n · (min(rows, columns) - 1))), 0 to 1, of rows and columns that have counts; null
 * where fewer than two of either have. No bias correction, as scipy's `association(method="cramer")`.
 *
 * @see H. Cramér: Mathematical Methods of Statistics, 1946, section 21.9.
 */
export const cramersV = (table: Table): number | null => {
  const { total, byRow, byColumn } = marginsOf(table);
  const present = (margin: Float64Array): number => margin.filter((count) => count > 0).length;
  const least = Math.min(present(byRow), present(byColumn));
  if (least < 2) return null;
  return Math.sqrt(Math.min(1, chiSquare(table).statistic / (total * (least - 1))));
};

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at]!;
  return sum / values.length;
};

const isConstant = (values: ArrayLike<number>): boolean => {
  for (let at = 1; at < values.length; at += 1) if (values[at] !== values[0]) return false;
  return true;
};
