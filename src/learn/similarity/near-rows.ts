import { must } from '../matrix.ts';
import { standardized } from '../statistics/spread.ts';
import { type Pair, sortPairs } from './groups.ts';
import { kdTree, rowsWithin } from './kd-tree.ts';

/** Columns of one table, as many rows each. */
export interface TableColumns {
  /** NaN is a missing value. */
  readonly numbers: readonly Float64Array[];
  /** Null is a missing value. */
  readonly categories: readonly (readonly (string | null)[])[];
  readonly rows: number;
}

/**
 * Pairs of rows that are near: all their categories are equal, they miss the same values, and the root mean square of
 * the differences of their numbers, each in standard deviations of its column, is at most `radius`. So a radius of
 * 0.01 means: on average a hundredth of a standard deviation apart.
 *
 * Rows are put into buckets by their categories; in each a k-d tree finds the near ones. n log² n for a small radius;
 * towards n² where nearly all rows are near each other: exact duplicates are better left out before.
 *
 * @returns pairs, `measure` that distance; by rows.
 * @throws RangeError for columns of unequal length, or a radius below 0.
 */
export const nearRows = (table: TableColumns, radius: number): Pair[] => {
  must(radius >= 0, `a radius is 0 or more, not ${radius}`);
  for (const { length } of [...table.numbers, ...table.categories]) {
    must(length === table.rows, `a column of ${length} values in a table of ${table.rows} rows`);
  }
  const scaled = table.numbers.map(standardized);
  const pairs: Pair[] = [];
  for (const rows of bucketsOf(table)) for (const pair of pairsIn(rows, scaled, radius)) pairs.push(pair);
  return sortPairs(pairs);
};

/** Rows with equal categories and the same values missing; buckets of one row left out. */
const bucketsOf = ({ numbers, categories, rows }: TableColumns): number[][] => {
  const buckets = new Map<string, number[]>();
  for (let row = 0; row < rows; row += 1) {
    const missing = numbers.map((values) => Number(Number.isNaN(values[row])));
    const key = JSON.stringify([missing, categories.map((values) => values[row])]);
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [row]);
    else bucket.push(row);
  }
  return [...buckets.values()].filter((bucket) => bucket.length > 1);
};

const pairsIn = (rows: readonly number[], columns: readonly Float64Array[], radius: number): Pair[] => {
  const width = columns.length;
  const values = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    for (let column = 0; column < width; column += 1) values[at * width + column] = columns[column]![row]!;
  });
  const tree = kdTree({ values, rows: rows.length, columns: width });
  const mean = Math.sqrt(Math.max(1, width));
  const pairs: Pair[] = [];
  rows.forEach((first, at) => {
    rowsWithin(tree, values.subarray(at * width, (at + 1) * width), {
      radius: radius * mean,
      visit: (other, distance) => {
        if (other > at) pairs.push({ first, second: rows[other]!, measure: distance / mean });
      },
    });
  });
  return pairs;
};
