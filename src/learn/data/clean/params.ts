/** The params of the stage type `clean`. */
export interface CleanParams {
  /** For each column, what becomes of some of its values, spelled as texts. */
  readonly map: Readonly<Record<string, Readonly<Record<string, Mapped>>>>;
  readonly text: Readonly<Record<string, TextRule>>;
  /** How the dates of a column are written, in the order in which the forms are tried. */
  readonly dates: Readonly<Record<string, readonly string[]>>;
  /** The kind that a column is to have. */
  readonly types: Readonly<Record<string, AskedKind>>;
  readonly range: Readonly<Record<string, RangeRule>>;
  readonly domain: Readonly<Record<string, DomainRule>>;
  readonly missing: MissingParams;
  readonly rows: readonly RowRule[];
  /** Whether rows that equal an earlier one go. */
  readonly duplicates: 'keep' | 'drop';
  /** What becomes of rows with equal features and different targets. */
  readonly conflicts: 'keep' | 'drop' | 'report' | 'fail';
  readonly near: NearRule | null;
}

export interface NearRule {
  /** A column of texts or images; without one, rows are compared by their features. */
  readonly column?: string;
  /** Least similarity of texts or correlation of images; of rows the greatest distance, in standard deviations. */
  readonly threshold: number;
  /** All of these write the groups; "report" tells the ledger too, and "drop" keeps one row of each. */
  readonly do: 'group' | 'report' | 'drop';
}

/** A value; null: missing. */
export type Mapped = string | number | null;

/** What people may ask for; a column of dates, or of lists of labels, stays one, and dates say how they are written. */
export type AskedKind = 'number' | 'category' | 'text';
export type CleanKind = AskedKind | 'date' | 'labels';

export interface TextRule {
  readonly trim?: boolean;
  readonly case?: 'lower' | 'upper';
  /** All matches of RE2 patterns, one after the other. */
  readonly replace?: readonly { readonly pattern: string; readonly with: string }[];
}

/** Bounds are numbers, or of a column of dates such as "2012-01-31" or "2012-01-31T08:30:00". */
export interface RangeRule {
  readonly min?: number | string;
  readonly max?: number | string;
  readonly else: 'clip' | Unfit;
}

export interface DomainRule {
  readonly allowed: readonly (string | number)[];
  readonly else: Unfit;
}

/** What becomes of a value that a rule forbids, or of its row. */
export type Unfit = 'null' | 'drop' | 'fail';

/** A condition on one column; a row that meets it is dropped, or the stage fails. */
export interface RowRule {
  readonly column: string;
  readonly less_than?: number | string;
  readonly greater_than?: number | string;
  readonly equals?: string | number;
  /** An RE2 pattern that is found somewhere in the text. */
  readonly matches?: string;
  readonly do: 'drop' | 'fail';
}

/** What becomes of a row without a value in a column: by column, else the default. */
export interface MissingParams {
  readonly default: MissingRule;
  readonly [column: string]: MissingRule | MissingFill;
}

export type MissingRule = 'keep' | 'drop' | 'fail';

export interface MissingFill {
  readonly fill: string | number;
}

/** What is done where a column has no value. */
export const missingRuleOf = (column: string, params: MissingParams): MissingRule | MissingFill =>
  (Object.hasOwn(params, column) ? params[column] : undefined) ?? params.default;
