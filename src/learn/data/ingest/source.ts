import type { DuckDBConnection } from '@duckdb/node-api';
import { StageError } from '../../error.ts';
import type { SourceFile } from './format.ts';
import type { IngestParams } from './params.ts';

/** One file as SQL: what can be selected from it, again and again, row by row in its order. */
export interface TableSource {
  readonly file: SourceFile;
  /** The names of its columns, in the file's order. */
  readonly names: readonly string[];
  /** What people should know of how it is read; the file's name is said before it. */
  readonly notice?: string;
  /** What stands after FROM. */
  readonly from: string;
  /** The same, where the first rows can be had for less; to read them may fail where reading all does not. */
  readonly head?: string;
  /** The cells of each column, in the same order. */
  readonly cells: readonly Cell[];
  /**
   * The same rows, read faster, where the format can: the cells at these places as numbers. To read them fails where one is
   * no number, if perhaps an infinite one; what failed then is told by reading this source. null: not for this file.
   */
  readonly withNumbers?: (places: ReadonlySet<number>) => Promise<Pick<TableSource, 'from' | 'cells'> | null>;
  /** What to say of an error of DuckDB while the rows are read. */
  readonly explain: (error: unknown) => Promise<Error> | Error;
  /** To be called before the rows are read once more. */
  readonly begin?: () => Promise<void>;
  /** To be called when the rows have been read to the end: refuses what the reader put aside. */
  readonly check?: () => Promise<void>;
}

/** A cell of a column as SQL expressions. */
export interface Cell {
  /** Its text (VARCHAR); NULL where the format itself has no value. */
  readonly text: string;
  /**
   * Its number (DOUBLE), whether it is one, and whether a double would not keep it, where the format knows; what is a
   * number in JSON or Parquet is one, and a text that looks like a number is none. Where absent, the text decides.
   */
  readonly typed?: { readonly number: string; readonly isNumber: string; readonly isLossy: string };
  /** The text is NULL already where it means that the value is missing. */
  readonly missingIsNull?: boolean;
  /** Where it is a list of numbers: the list, NULL where there is none, and DuckDB's type of its elements. */
  readonly list?: { readonly value: string; readonly element: string };
}

/** Opens a file of one format. Tables that it needs are temporary ones of the connection. */
export type OpenTable = (connection: DuckDBConnection, file: SourceFile, params: IngestParams) => Promise<TableSource>;

/** How the cells of a column are held while they are looked at: numbers as DOUBLE, the others as VARCHAR. */
export type CellType = 'number' | 'date' | 'text';

/** Columns that one query asks about, at most. */
export const columnsAtOnce = 250;

/** Columns that a table may have: beyond, DuckDB's rows in flight alone would not fit into the memory. */
const mostColumns = 16_384;

/** @throws StageError where a table has too many columns to be read as one. */
export const refuseWide = (columns: number, { name }: SourceFile): void => {
  if (columns <= mostColumns) return;
  throw new StageError(
    `${name} has ${columns} columns, and a table may have ${mostColumns}`,
    'as a matrix of numbers, save it as NumPy: it becomes one tensor a row',
  );
};

/** Reads of a source, with what its format has to say of it. */
export const reading = async <T>(source: TableSource, work: () => Promise<T>): Promise<T> => {
  await source.begin?.();
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await source.check?.();
    throw await source.explain(error);
  }
  await source.check?.();
  return result;
};

/** The rows of a source, in order, in a table of DuckDB's memory. */
export interface LoadedTable {
  readonly table: string;
  readonly rows: number;
  /** The rows of each file. */
  readonly files: readonly { readonly file: SourceFile; readonly rows: number }[];
}

/** A column of the loaded table. */
export interface LoadedColumn {
  readonly name: string;
  /** Its name in the table. */
  readonly value: string;
  readonly type: CellType;
}

/** A column of lists of numbers in the loaded table. */
export interface LoadedList {
  readonly name: string;
  /** Its name in the table. */
  readonly value: string;
  /** DuckDB's type of an element. */
  readonly element: string;
}

/** Between which bounds the cells of a column lie. */
export interface Extremes {
  /** Cells that are not missing. */
  readonly present: number;
  /** Smallest and largest number, NaN being the largest; shortest and longest text, in characters; null: there is none. */
  readonly min: number | null;
  readonly max: number | null;
}

/** All rows of a source, in order, in a table of DuckDB's memory; NULL is a missing value. */
export interface Loaded extends LoadedTable {
  /** Names of all columns in the source's order, those of lists too. */
  readonly names: readonly string[];
  readonly columns: readonly LoadedColumn[];
  readonly lists: readonly LoadedList[];
  /** What lies between which bounds in each column. */
  readonly extremes: readonly Extremes[];
  /** What people should know of how the files were read. */
  readonly notices: readonly string[];
  /** Columns of texts that may be so only because numbers would not keep their cells. */
  readonly lossy: readonly string[];
  /** Columns of texts that the first cells, or all but a few, say to be of numbers or dates. */
  readonly nearly: ReadonlyMap<string, 'number' | 'date'>;
  /** Columns with cells of another kind than the schema has: their texts are held, so that all else can be looked at. */
  readonly refused: readonly Refusal[];
}

/** Cells that are not what their column has to be. */
export interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly count: number;
  readonly hint: string;
}

/** The file and the row of a row of the loaded table, counted from 0. */
export const placeOf = ({ files }: LoadedTable, place: number): string => {
  let before = 0;
  for (const { file, rows } of files) {
    if (place < before + rows) return `${file.name}: row ${place - before + 1}`;
    before += rows;
  }
  throw new RangeError(`placeOf: there is no row ${place}`);
};
