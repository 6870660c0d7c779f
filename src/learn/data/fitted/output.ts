import type { Column } from '../../../types/generated/dataset.ts';
import { type ColumnData, columnOf, type NumberData, type Rows } from '../rows.ts';

/** Some rows, column by column. */
export type Columns = Rows['columns'];

/**
 * A column that comes of a fitted step, by two ways that give the same bits: `compute` over columns in JavaScript, for
 * serving, and a way in which DuckDB makes it of a shard. Arithmetic is in float64, operation for operation the same,
 * and rounded once to the column's type.
 */
export type Output = KeptOutput | SqlOutput | CodeOutput | TensorOutput;

/** A column that is handed on as it is stored; its description may change. */
export interface KeptOutput {
  readonly way: 'kept';
  readonly column: Column;
}

/** A column that SQL computes with the same operations: four of arithmetic, comparisons, square roots. */
export interface SqlOutput {
  readonly way: 'sql';
  readonly column: Column;
  /** The columns before the step of which it is made. */
  readonly reads: readonly string[];
  /** An expression over the columns before the step, and what is given. */
  readonly sql: string;
  /** A column that is made first, once for all outputs that use it: its name, and SQL. */
  readonly given?: readonly [name: string, sql: string];
  readonly compute: (columns: Columns) => ColumnData;
}

/** A number that SQL cannot compute to the same bits: DuckDB calls the function. */
export interface CodeOutput {
  readonly way: 'code';
  readonly column: Column;
  /** Columns that the function is given, in order: numbers or labels. */
  readonly reads: readonly Column[];
  /** One row's number; NaN: missing. */
  readonly number: (...cells: readonly Cell[]) => number;
  /** Rows for which the function is asked, as SQL; the others keep their value of `reads[0]`. All where it is absent. */
  readonly where?: string;
  /** Rows for which SQL computes the same, so that the function is not called for them. */
  readonly shortcut?: Shortcut;
}

/** What SQL can do in place of a function, where it gives the same bits. */
export interface Shortcut {
  /** A column that is made first, once for all outputs that use it: its name, and SQL; NULL where the function is asked. */
  readonly given: readonly [name: string, sql: string];
  /** The number, as SQL over that column. */
  readonly sql: string;
}

/** A tensor for each row, which DuckDB does not hold. */
export interface TensorOutput {
  readonly way: 'tensor';
  readonly column: Column;
  /** The column of texts that it is made of. */
  readonly reads: string;
  readonly compute: (columns: Columns) => ColumnData;
}

/** A number (NaN: missing) or a label (null: missing). */
export type Cell = number | string | null;

/** What is known of a step's inputs before it is applied to rows. */
export interface Checks {
  /** Columns that must have a value in each row. */
  readonly whole: readonly string[];
  /** Labels that train had, by column. Others are counted. */
  readonly known: ReadonlyMap<string, ReadonlySet<string>>;
  /** What values must be, where they are not missing. */
  readonly fits: readonly Fit[];
}

/** What the values of a column must be. */
export interface Fit {
  readonly column: Column;
  readonly test: (cell: Cell) => boolean;
  /** The same as SQL, where it can say so. */
  readonly sql?: string;
  /** SQL that is true only where the value passes, if not always then: `test` is asked about the others. */
  readonly surely?: string;
  /** What is wrong with others, as "is no date". */
  readonly what: string;
}

/** A step as it is applied. */
export interface Transform {
  /** In the order of the columns after it. */
  readonly outputs: readonly Output[];
  readonly checks: Checks;
}

/** Applies a transform to rows in memory. */
export const computeOutputs = ({ outputs }: Transform, columns: Columns): Columns =>
  new Map(outputs.map((output) => [output.column.name, computeOutput(output, columns)]));

const computeOutput = (output: Output, columns: Columns): ColumnData => {
  switch (output.way) {
    case 'kept':
      return dataOf(columns, output.column.name);
    case 'code':
      return { kind: 'number', values: computeCode(output, columns) };
    default:
      return output.compute(columns);
  }
};

const computeCode = ({ column, reads, number, where }: CodeOutput, columns: Columns): Float64Array => {
  const inputs = reads.map(({ name }) => dataOf(columns, name).values as ArrayLike<Cell>);
  const round = rounding(column);
  return Float64Array.from({ length: inputs[0]?.length ?? 0 }, (_, row) => {
    const cells = inputs.map((values) => values[row] as Cell);
    if (where !== undefined && !Number.isNaN(cells[0])) return round(cells[0] as number);
    return round(number(...cells));
  });
};

export const dataOf = (columns: Columns, name: string): ColumnData =>
  columnOf(name)({ ids: [], official: null, columns });

/** The values of a column of numbers. */
export const numbersOf = (columns: Columns, name: string): Float64Array => (dataOf(columns, name) as NumberData).values;

/** How a column of numbers rounds what it stores. */
export const rounding = ({ dtype }: Column): ((value: number) => number) =>
  dtype === 'float32' ? Math.fround : (value) => value;

/** A column of numbers made of another one, number by number. */
export const mapNumbers = (columns: Columns, name: string, change: (value: number) => number): ColumnData => ({
  kind: 'number',
  values: numbersOf(columns, name).map(change),
});
