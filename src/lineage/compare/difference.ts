/** The first difference between two files, as closely as their format lets it be told. All of it is JSON. */
export type Difference =
  | TensorDifference
  | LayoutDifference
  | ValueDifference
  | CellDifference
  | ColumnDifference
  | TextDifference
  | ByteDifference;

/** An element of a tensor. Values are written so that they read back as the same number. */
export interface TensorDifference extends Distance {
  readonly kind: 'tensor';
  readonly tensor: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Of the first element that differs. */
  readonly index: readonly number[];
  readonly recorded: string;
  readonly replayed: string;
  /** How many elements of this tensor differ, of how many. */
  readonly differing: number;
  readonly elements: number;
  /** The element of this tensor that lies farthest off; absent where nothing can be measured, as with NaN. */
  readonly largest?: Distance & { readonly index: readonly number[] };
  /** How many tensors of the file differ, this one too. */
  readonly tensors: number;
}

/** How far two numbers lie apart; absent where one of them is no finite number. */
export interface Distance {
  readonly absolute?: number;
  /** Of floating-point numbers: how many steps of the type lie between them. */
  readonly ulps?: number;
}

/** A tensor that is absent, or of another type or shape: `F32 [2, 3]`. */
export interface LayoutDifference {
  readonly kind: 'layout';
  readonly tensor: string;
  readonly recorded: string;
  readonly replayed: string;
}

/** A value in JSON. `path` is as `epochs[2].loss`, empty for the whole. */
export interface ValueDifference extends Distance {
  readonly kind: 'value';
  readonly path: string;
  /** As JSON; undefined where it is absent. */
  readonly recorded?: string;
  readonly replayed?: string;
  /** How many values differ. */
  readonly differing: number;
}

/** A cell of a table. Rows and row groups count from 0. */
export interface CellDifference {
  readonly kind: 'cell';
  readonly column: string;
  readonly row: number;
  readonly rowGroup: number;
  readonly recorded: string;
  readonly replayed: string;
  /** How many rows differ, and of those rows in how many columns. */
  readonly rows: number;
  readonly columns: readonly string[];
}

/** Columns or the number of rows are others: `id BIGINT, name VARCHAR; 3 rows`. */
export interface ColumnDifference {
  readonly kind: 'table';
  readonly recorded: string;
  readonly replayed: string;
}

/** Line and column count from 1, the column in UTF-16 code units. */
export interface TextDifference {
  readonly kind: 'text';
  readonly line: number;
  readonly column: number;
  /** The lines; undefined where the text has ended before. */
  readonly recorded?: string;
  readonly replayed?: string;
}

export interface ByteDifference {
  readonly kind: 'bytes';
  readonly offset: number;
  /** The byte there; undefined where the file has ended. */
  readonly recorded?: number;
  readonly replayed?: number;
  readonly sizes: { readonly recorded: number; readonly replayed: number };
  /** What is known to be the same all the same, as `all tensors`. */
  readonly same?: string;
}

/** What a run recorded, and what came out when it was executed again. */
export interface Pair<Value> {
  readonly recorded: Value;
  readonly replayed: Value;
}
