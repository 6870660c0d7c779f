import { piecesIn, readPieces, startsOf } from '../chunks.ts';
import type { Dataset } from '../dataset.ts';
import { withConnection } from '../duckdb.ts';
import { createRepeats } from '../repeats.ts';
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
  const { rows } = dataset.manifest;
  const repeats = createRepeats(rows, isIn);
  if (columns.length === 0 || columns.some(({ column }) => column.kind === 'tensor')) {
    const first = await keysOf(dataset, columns, { seed: 0 });
    repeats.take(first, 0);
    const chosen = repeats.chosenAmong(first);
    if (chosen === null) return none;
    const second = await keysOf(dataset, columns, { seed: 1 });
    return { ...none, sets: setsOf(first, chosen, (row) => second[row] as number) };
  }
  const first = new Float64Array(rows);
  const marked = new Uint8Array(rows);
  let count = 0;
  const expressions = [hashOf(columns), ...(told === null ? [] : [`((${told}) IS TRUE)::INTEGER`])];
  await readPieces(dataset, expressions, ({ items: [hashes, marks], from }) => {
    first.set(hashes as Float64Array, from);
    repeats.take(hashes as Float64Array, from);
    if (marks === undefined) return;
    marked.set(marks as Int32Array, from);
    for (let at = 0; at < marks.length; at += 1) count += marks[at] as number;
  });
  const chosen = repeats.chosenAmong(first);
  const hasTold = told !== null && count <= fewRows * rows;
  if (chosen === null && !hasTold) return none;
  const wanted = hasTold ? marked : new Uint8Array(rows);
  if (chosen !== null) for (let row = 0; row < rows; row += 1) wanted[row]! |= chosen[row] as number;
  const picked = await pickRows(dataset, wanted);
  if (chosen === null) return { sets: [], picked, hasTold };
  const digests = await digestsIn(picked, { dataset, columns, chosen });
  return { sets: setsOf(first, chosen, (row) => digests.get(row) as bigint), picked, hasTold };
};

const none: EqualRows = { sets: [], picked: null, hasTold: false };

/** Where a quarter of all rows is to be told of, to read them all again takes no longer than to put them aside. */
const fewRows = 0.25;

const setsOf = (first: Float64Array, chosen: Uint8Array, second: (row: number) => number | bigint): number[][] => {
  const alike = new Map<number, number[]>();
  for (let row = 0; row < first.length; row += 1) {
    if (chosen[row] === 0) continue;
    const rows = alike.get(first[row] as number);
    if (rows === undefined) alike.set(first[row] as number, [row]);
    else rows.push(row);
  }
  const sets: number[][] = [];
  for (const rows of alike.values()) {
    const parts = new Map<number | bigint, number[]>();
    for (const row of rows) {
      const key = second(row);
      const part = parts.get(key);
      if (part === undefined) parts.set(key, [row]);
      else part.push(row);
    }
    for (const part of parts.values()) if (part.length > 1) sets.push(part);
  }
  return sets.sort(([a], [b]) => (a as number) - (b as number));
};

/** The second key of chosen rows, by row; they are among those that were put aside. */
const digestsIn = (
  picked: string,
  {
    dataset,
    columns,
    chosen,
  }: { readonly dataset: Dataset; readonly columns: readonly KeyColumn[]; readonly chosen: Uint8Array },
): Promise<ReadonlyMap<number, bigint>> =>
  withConnection(async (connection) => {
    const starts = startsOf(dataset.manifest);
    const digests = new Map<number, bigint>();
    const result = await connection.run(
      `SELECT file_index::INTEGER, file_row_number::INTEGER, ${digestOf(columns)} FROM ${picked}`,
    );
    for (const { items, count } of piecesIn(result)) {
      const [files, places, values] = items as [Int32Array, Int32Array, BigUint64Array];
      for (let at = 0; at < count; at += 1) {
        const row = (starts[files[at] as number] as number) + (places[at] as number);
        if (chosen[row] === 1) digests.set(row, values[at] as bigint);
      }
    }
    return digests;
  });
