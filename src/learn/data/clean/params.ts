/** The params of the stage type `clean`. */
export interface CleanParams {
  /** For each column, what becomes of some of its values, spelled as texts. */
  readonly map: Readonly<Record<string, Readonly<Record<string, Mapped>>>>;
  /** The kind that a column is to have. */
  readonly types: Readonly<Record<string, CleanKind>>;
  readonly missing: MissingParams;
  /** Whether rows that equal an earlier one go. */
  readonly duplicates: 'keep' | 'drop';
}

/** A value; null: missing. */
export type Mapped = string | number | null;

export type CleanKind = 'number' | 'category' | 'text';

/** What becomes of a row without a value in a column: by column, else the default. */
export interface MissingParams {
  readonly default: MissingRule;
  readonly [column: string]: MissingRule | MissingFill;
}

export type MissingRule = 'keep' | 'drop' | 'fail';

export interface MissingFill {
  readonly fill: string | number;
}
