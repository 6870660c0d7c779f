import { readChosen, readPieces } from '../chunks.ts';
import type { Dataset } from '../dataset.ts';
import { digestOf, hashOf, type KeyColumn, keysOf } from '../row-keys.ts';

/**
 * Sets of two or more rows that are equal in some columns; sets by their first rows, rows in order.
 *
 * Rows are compared by two independent keys of 53 bits at least: of 10 million distinct rows, two are taken for equal with a
 * probability below 10^-17. The second is computed only where the first occurs twice.
 *
 * @param isIn whether a row counts at all.
 */
export const equalRows = async (
  dataset: Dataset,
  columns: readonly KeyColumn[],
  isIn: (row: number) => boolean,
): Promise<number[][]> => {
  const { first, secondOf } = await keysFor(dataset, columns);
  const chosen = repeatedIn(first, isIn);
  if (chosen === null) return [];
  const second = await secondOf(chosen);
  const sets = new Map<string, number[]>();
  for (let row = 0; row < first.length; row += 1) {
    if (chosen[row] === 0) continue;
    const key = `${first[row]} ${second(row)}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [row]);
    else set.push(row);
  }
  return [...sets.values()].filter(({ length }) => length > 1);
};

interface Keys {
  readonly first: Float64Array;
  /** The second key of the rows that are chosen, by row. */
  readonly secondOf: (chosen: Uint8Array) => Promise<(row: number) => number | bigint>;
}

/** Where no tensor is compared, DuckDB makes both. */
const keysFor = async (dataset: Dataset, columns: readonly KeyColumn[]): Promise<Keys> => {
  if (columns.length === 0 || columns.some(({ column }) => column.kind === 'tensor')) {
    const secondOf = async () => {
      const keys = await keysOf(dataset, columns, { seed: 1 });
      return (row: number) => keys[row] as number;
    };
    return { first: await keysOf(dataset, columns, { seed: 0 }), secondOf };
  }
  const first = new Float64Array(dataset.manifest.rows);
  await readPieces(dataset, [hashOf(columns)], ({ items: [items], from }) => first.set(items as Float64Array, from));
  const secondOf = async (chosen: Uint8Array) => {
    const digests = new Map<number, number | bigint>();
    await readChosen(dataset, { chosen, expression: digestOf(columns) }, (row, digest) => digests.set(row, digest));
    return (row: number) => digests.get(row) as bigint;
  };
  return { first, secondOf };
};

/**
 * The rows whose key in [0, 1) another one has too: 1, the others 0; null where there is none. A bit is kept for each place of a
 * key first: to sort all keys takes several times as long as to sort those whose place is taken twice. Plain loops: the
 * callbacks of typed arrays would box each of ten million numbers.
 */
const repeatedIn = (keys: Float64Array, isIn: (row: number) => boolean): Uint8Array | null => {
  const places = placesFor(keys.length);
  const [taken, twice] = [new Uint32Array(places / 32), new Uint32Array(places / 32)];
  for (let row = 0; row < keys.length; row += 1) {
    if (!isIn(row)) continue;
    const place = Math.floor((keys[row] as number) * places);
    const word = place >>> 5;
    const bit = 1 << (place & 31);
    if (((taken[word] as number) & bit) === 0) taken[word]! |= bit;
    else twice[word]! |= bit;
  }
  const candidates: number[] = [];
  for (let row = 0; row < keys.length; row += 1) {
    const place = Math.floor((keys[row] as number) * places);
    if (((twice[place >>> 5] as number) & (1 << (place & 31))) !== 0 && isIn(row)) candidates.push(row);
  }
  const sorted = Float64Array.from(candidates, (row) => keys[row] as number).sort();
  const repeated = new Set<number>();
  for (let at = 1; at < sorted.length; at += 1) if (sorted[at] === sorted[at - 1]) repeated.add(sorted[at] as number);
  if (repeated.size === 0) return null;
  const chosen = new Uint8Array(keys.length);
  for (const row of candidates) if (repeated.has(keys[row] as number)) chosen[row] = 1;
  return chosen;
};

/** So many that one in 16 is taken at most; 64 MB of bits, at most. */
const placesFor = (rows: number): number =>
  2 ** Math.min(29, Math.max(16, Math.ceil(Math.log2(16 * Math.max(rows, 1)))));
