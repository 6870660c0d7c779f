import { nextItems, readPieces, startsOf } from '../chunks.ts';
import type { Dataset } from '../dataset.ts';
import { withConnection } from '../duckdb.ts';
import { digestOf, hashOf, type KeyColumn, keysOf } from '../row-keys.ts';
import { pickRows } from './picked.ts';

/** What is read along while rows are compared. */
export interface Along {
  /** SQL that is true for rows of which more is to be told. */
  readonly told: string | null;
}

export interface EqualRows {
  /** Sets of two or more rows; sets by their first rows, rows in order. */
  readonly sets: number[][];
  /** Name of a table of some rows, those of all sets among them, as `pickRows` makes it; null: there is none. */
  readonly picked: string | null;
  /** All rows for which `told` is true are among them too. */
  readonly hasTold: boolean;
}

/**
 * Sets of rows that are equal in some columns.
 *
 * Rows are compared by two independent keys of 53 bits at least: of 10 million distinct rows, two are taken for equal with a
 * probability below 10^-17. The second is computed only where the first occurs twice.
 *
 * @param isIn whether a row counts at all.
 */
export const equalRows = async (
  dataset: Dataset,
  columns: readonly KeyColumn[],
  { isIn, told }: { readonly isIn: (row: number) => boolean } & Along,
): Promise<EqualRows> => {
  if (columns.length === 0 || columns.some(({ column }) => column.kind === 'tensor')) {
    const first = await keysOf(dataset, columns, { seed: 0 });
    const chosen = repeatedIn(first, isIn);
    if (chosen === null) return none;
    const second = await keysOf(dataset, columns, { seed: 1 });
    return { ...none, sets: setsOf(first, chosen, (row) => second[row] as number) };
  }
  const { first, marked } = await hashesOf(dataset, columns, told);
  const chosen = repeatedIn(first, isIn);
  const count = marked.reduce((sum, mark) => sum + mark, 0);
  const hasTold = told !== null && count <= fewRows * marked.length;
  if (chosen === null && !hasTold) return none;
  const wanted = hasTold ? marked : new Uint8Array(marked.length);
  if (chosen !== null) for (let row = 0; row < wanted.length; row += 1) wanted[row]! |= chosen[row] as number;
  const picked = await pickRows(dataset, wanted);
  if (chosen === null) return { sets: [], picked, hasTold };
  const digests = await digestsIn(picked, { dataset, columns });
  return { sets: setsOf(first, chosen, (row) => digests.get(row) as bigint), picked, hasTold };
};

const none: EqualRows = { sets: [], picked: null, hasTold: false };

/** Where a quarter of all rows is to be told of, to read them all again takes no longer than to put them aside. */
const fewRows = 0.25;

const setsOf = (first: Float64Array, chosen: Uint8Array, second: (row: number) => number | bigint): number[][] => {
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

/** The first key of each row, and whether there is more to tell of it: 1 or 0. */
const hashesOf = async (
  dataset: Dataset,
  columns: readonly KeyColumn[],
  told: string | null,
): Promise<{ first: Float64Array; marked: Uint8Array }> => {
  const { rows } = dataset.manifest;
  const [first, marked] = [new Float64Array(rows), new Uint8Array(rows)];
  const expressions = [hashOf(columns), ...(told === null ? [] : [`((${told}) IS TRUE)::INTEGER`])];
  await readPieces(dataset, expressions, ({ items: [hashes, marks], from }) => {
    first.set(hashes as Float64Array, from);
    if (marks !== undefined) marked.set(marks as Int32Array, from);
  });
  return { first, marked };
};

/** The second key of the rows that were put aside, by row. */
const digestsIn = (
  picked: string,
  { dataset, columns }: { readonly dataset: Dataset; readonly columns: readonly KeyColumn[] },
): Promise<ReadonlyMap<number, bigint>> =>
  withConnection(async (connection) => {
    const starts = startsOf(dataset.manifest);
    const digests = new Map<number, bigint>();
    const result = await connection.stream(
      `SELECT file_index::INTEGER, file_row_number::INTEGER, ${digestOf(columns)} FROM ${picked}`,
    );
    for (let read = await nextItems(result); read !== null; read = await nextItems(result)) {
      const [files, places, values] = read.items as [Int32Array, Int32Array, BigUint64Array];
      for (let at = 0; at < read.count; at += 1)
        digests.set((starts[files[at] as number] as number) + (places[at] as number), values[at] as bigint);
    }
    return digests;
  });

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
