/** The params of the stage type `split`. */
export interface SplitParams {
  /** The source's own test set, or a fraction. Default 0.2, unless the split is fixed. */
  readonly test?: 'official' | number;
  /** The source's own validation set, beside its test set, or a fraction. Default 0.1, unless the split is fixed. */
  readonly validation?: 'official' | number;
  /** Whether the rows with the lowest keys are taken, as many as asked for, or those with keys below a threshold. */
  readonly method: 'random' | 'hash';
  /** Column whose values are to have the same shares in each split. */
  readonly stratify: string | null;
  /** Columns whose rows with equal values stay together. */
  readonly group: string | readonly string[] | null;
  /** Column by which train is before validation, and validation before test. */
  readonly time: string | null;
  /** What is left out before validation and before test: rows, or a duration as "7 days". */
  readonly gap: number | string;
  /** Column that says the split of each row. */
  readonly fixed?: string;
}

export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** Where a row is, as a byte: a place in `splitNames`, or `gap`. */
export const code = { train: 0, validation: 1, test: 2, gap: 3 } as const;

/** Fractions of a pool of rows; the rest is train. */
export interface Shares {
  readonly validation: number;
  readonly test: number;
}
