import type { SparseMatrix } from '../linear/features.ts';
import { must } from '../matrix.ts';
import { hashText } from '../similarity/text-hash.ts';

// The hashing trick: a column for a label without a vocabulary. Labels never seen have one too; two labels may share it.

/**
 * Column of each category: 0 to columns - 1; -1 for a missing value. Stable over machines and versions.
 *
 * @see K. Weinberger et al.: Feature Hashing for Large Scale Multitask Learning, ICML 2009.
 */
export const hashedColumns = (values: readonly (string | null)[], columns: number): Int32Array => {
  must(Number.isInteger(columns) && columns >= 1, `columns must be 1 or more, not ${columns}`);
  return Int32Array.from(values, (value) => (value === null ? -1 : hashText(value) % columns));
};

/**
 * A text as counts of its words (runs of letters and digits, in lower case), by hashed column; rows of length 1 (L2),
 * so that long texts weigh no more than short ones. A text without words is a row of zeros.
 */
export const bagOfWords = (texts: readonly string[], columns: number): SparseMatrix => {
  must(Number.isInteger(columns) && columns >= 1, `columns must be 1 or more, not ${columns}`);
  const starts = new Uint32Array(texts.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    const counts = new Map<number, number>();
    for (const word of text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
      const column = hashText(word) % columns;
      counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    const length = Math.sqrt([...counts.values()].reduce((sum, count) => sum + count * count, 0));
    for (const [column, count] of [...counts].sort(([a], [b]) => a - b)) {
      indices.push(column);
      values.push(count / length);
    }
    starts[row + 1] = indices.length;
  });
  return {
    starts,
    indices: Uint32Array.from(indices),
    values: Float64Array.from(values),
    rows: texts.length,
    columns,
  };
};
