/** What ingest found in a column: an entry of schema.json. */
export type ColumnSummary = NumberSummary | CategorySummary | TextSummary | TensorSummary;

interface Named {
  readonly name: string;
  /** Rows without a value. */
  readonly missing: number;
}

export interface NumberSummary extends Named {
  readonly kind: 'number';
  /** How many different values there are. */
  readonly distinct: number;
  /** null where all are missing. */
  readonly min: number | null;
  readonly max: number | null;
}

export interface CategorySummary extends Named {
  readonly kind: 'category';
  readonly distinct: number;
  /** The labels in order, each with its rows. */
  readonly categories: readonly { readonly label: string; readonly rows: number }[];
}

export interface TextSummary extends Named {
  readonly kind: 'text';
  readonly distinct: number;
  /** Lengths in characters. */
  readonly shortest: number | null;
  readonly longest: number | null;
}

export interface TensorSummary extends Named {
  readonly kind: 'tensor';
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly min: number | null;
  readonly max: number | null;
}
