import type { TensorColumn } from '../../types/generated/dataset.ts';
import { elementsOf, type TensorColumnData } from './rows.ts';

/**
 * Decodes stored elements of whole rows into floats: stored × scale + offset, each step rounded to float32; then what the
 * encoding says of each row.
 *
 * @param into as long as `stored`.
 */
export const decode = (stored: TensorColumnData['values'], into: Float32Array, column: TensorColumn): void => {
  decodeElements(stored, into, column);
  const scale = column.encoding?.row;
  if (scale === undefined) return;
  const size = elementsOf(column.shape);
  for (let at = 0; at < into.length; at += size) rowScalings[scale](into.subarray(at, at + size));
};

const rowScalings: Readonly<Record<'standard' | 'l2', (row: Float32Array) => void>> = {
  /** Mean 0 and deviation 1; the deviation counts as 1 / √elements at least, so that an even row becomes 0. */
  standard: (row) => {
    const mean = sumOf(row, (value) => value) / row.length;
    const variance = sumOf(row, (value) => (value - mean) ** 2) / row.length;
    const divisor = Math.max(Math.sqrt(variance), 1 / Math.sqrt(row.length));
    row.forEach((value, at) => {
      row[at] = (value - mean) / divisor;
    });
  },
  /** Length 1; a row of zeros stays one. */
  l2: (row) => {
    const length = Math.sqrt(sumOf(row, (value) => value * value));
    if (length === 0) return;
    row.forEach((value, at) => {
      row[at] = value / length;
    });
  },
};

const sumOf = (row: Float32Array, term: (value: number) => number): number => {
  let sum = 0;
  for (let at = 0; at < row.length; at += 1) sum += term(row[at] as number);
  return sum;
};

const decodeElements = (stored: TensorColumnData['values'], into: Float32Array, { encoding }: TensorColumn): void => {
  if (encoding === undefined) {
    into.set(stored);
    return;
  }
  const scale = Math.fround(encoding.scale);
  const offset = Math.fround(encoding.offset);
  const value = (element: number): number => Math.fround(Math.fround(element * scale) + offset);
  if (stored instanceof Uint8Array) {
    const values = Float32Array.from({ length: 256 }, (_, element) => value(element));
    for (let at = 0; at < stored.length; at += 1) into[at] = values[stored[at] as number] as number;
    return;
  }
  for (let at = 0; at < stored.length; at += 1) into[at] = value(stored[at] as number);
};
