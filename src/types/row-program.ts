/** What is asked of the program that looks for a row: in which data sets and tables, the first made first. */
export interface RowOrder {
  readonly asked: AskedRow;
  readonly outs: readonly TabularOut[];
}

export type AskedRow =
  /** An example's id, or the beginning of one. */
  | { readonly id: string }
  /** A row of one of the outs, from 1. */
  | { readonly stage: string; readonly out: string; readonly row: number };

/** A data set or a table that a stage made, as it lies in the store. */
export interface TabularOut {
  readonly stage: string;
  readonly out: string;
  readonly type: 'dataset' | 'table';
  /** Absolute paths of its files by their paths in a folder; of a table, the one file under the empty path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Where a row stands. */
export interface RowPlace {
  readonly stage: string;
  readonly out: string;
  /** Its id there: of a copy, the row's with `+1`, `+2` … */
  readonly id: string;
  /** From 1. */
  readonly row: number;
  readonly rows: number;
  /** What a table says of it, by column. */
  readonly says?: Readonly<Record<string, string | number | null>>;
}

/** The file of a source that a row was read from. */
export interface RowOrigin {
  /** The stage that read it. */
  readonly stage: string;
  /** Its path within the source; of a source that is one file, its name. */
  readonly file: string;
  /** From 1; a header is no row. */
  readonly row: number;
}

export type RowAnswer =
  | {
      readonly type: 'found';
      readonly id: string;
      readonly origin: RowOrigin | null;
      readonly places: readonly RowPlace[];
    }
  | { readonly type: 'several'; readonly ids: readonly string[] }
  | { readonly type: 'none'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string; readonly hint?: string };
