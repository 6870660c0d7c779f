import type { Dataset } from '../dataset.ts';
import { type KeyColumn, keysOf } from '../row-keys.ts';

/**
 * Sets of two or more rows that are equal in some columns; sets by their first rows, rows in order.
 *
 * Rows are compared by two independent keys of 53 bits: of 10 million distinct rows, two are taken for equal with a
 * probability below 10^-17. The second is computed only where the first occurs twice.
 *
 * @param isIn whether a row counts at all.
 */
export const equalRows = async (
  dataset: Dataset,
  columns: readonly KeyColumn[],
  isIn: (row: number) => boolean,
): Promise<number[][]> => {
  const first = await keysOf(dataset, columns, 0);
  const repeated = repeatedIn(first, isIn);
  if (repeated.size === 0) return [];
  const second = await keysOf(dataset, columns, 1);
  const sets = new Map<string, number[]>();
  for (let row = 0; row < first.length; row += 1) {
    if (!repeated.has(first[row] as number) || !isIn(row)) continue;
    const key = `${first[row]} ${second[row]}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [row]);
    else set.push(row);
  }
  return [...sets.values()].filter(({ length }) => length > 1);
};

/** Keys that occur twice or more. Plain loops: the callbacks of typed arrays would box each of ten million numbers. */
const repeatedIn = (keys: Float64Array, isIn: (row: number) => boolean): ReadonlySet<number> => {
  const sorted = new Float64Array(keys.length);
  let count = 0;
  for (let row = 0; row < keys.length; row += 1) if (isIn(row)) sorted[count++] = keys[row] as number;
  const those = sorted.subarray(0, count).sort();
  const repeated = new Set<number>();
  for (let at = 1; at < count; at += 1) if (those[at] === those[at - 1]) repeated.add(those[at] as number);
  return repeated;
};
