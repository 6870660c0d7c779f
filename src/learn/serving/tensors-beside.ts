import type { RawTensor } from '../../types/generated/dataset.ts';
import { takeColumn } from '../data/rows.ts';
import type { RowFault } from './fault.ts';
import type { RawRowsRead } from './raw-rows.ts';
import { type Elements, elementsIn, isFault, packTensors, type TensorCell } from './tensor-rows.ts';

/** A column of tensors, and the column of the source that has them. */
export interface WantedTensor {
  readonly column: RawTensor;
  /** Name in the source. */
  readonly from: string;
}

/** Rows of a table with the texts of their tensors' cells, which are not read yet. */
export interface RowsWithTexts extends RawRowsRead {
  readonly texts: {
    /** The number of each row, of those with a fault too. */
    readonly rows: readonly number[];
    /** By column of tensors, in their order: the text of each of these rows; null: none. */
    readonly columns: readonly (readonly (string | null)[])[];
  };
}

/** What becomes of the text of a cell. */
export type ReadTensor = (text: string | null, column: RawTensor) => TensorCell | Promise<TensorCell>;

/** A cell that is a list in JSON: nested lists, or one of all elements. */
export const readList: ReadTensor = (text, column) => elementsIn(text === null ? null : listIn(text), column);

/** The list that a text is; the text itself where it is none. */
export const listIn = (text: string): unknown => {
  if (!text.trimStart().startsWith('[')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Rows with their tensors read: each that has a faulty one is left out, and told. */
export const withTensors = async (
  { texts, ...part }: RowsWithTexts,
  { tensors, read }: { readonly tensors: readonly WantedTensor[]; readonly read: ReadTensor },
): Promise<RawRowsRead> => {
  if (tensors.length === 0) return part;
  const faults: RowFault[] = [...part.faults];
  const found: TensorCell[][] = [];
  for (const [index, { column, from }] of tensors.entries()) {
    const cells = await readAll(texts.columns[index]!, (text) => read(text, column));
    found.push(cells);
    cells.forEach((cell, at) => {
      if (isFault(cell)) faults.push({ ...cell, row: texts.rows[at]!, column: from });
    });
  }
  const bad = new Set(faults.map(({ row }) => row));
  const kept = [...part.numbers.keys()].filter((at) => !bad.has(part.numbers[at]!));
  const numbers = kept.map((at) => part.numbers[at]!);
  const placeOf = new Map(texts.rows.map((row, at) => [row, at]));
  const values = [...part.columns].map(([name, data]) => [name, takeColumn(data, kept)] as const);
  const packed = tensors.map(({ column }, index) => {
    const cells = numbers.map((row) => found[index]![placeOf.get(row)!] as Elements);
    return [column.name, packTensors(cells, column)] as const;
  });
  return { numbers, columns: new Map([...values, ...packed]), faults };
};

const readAll = async (
  texts: readonly (string | null)[],
  read: (text: string | null) => TensorCell | Promise<TensorCell>,
): Promise<TensorCell[]> => {
  const cells: TensorCell[] = [];
  for (let from = 0; from < texts.length; from += atOnce)
    cells.push(...(await Promise.all(texts.slice(from, from + atOnce).map(read))));
  return cells;
};

/** Cells that are read at a time: each may be a file. */
const atOnce = 256;
