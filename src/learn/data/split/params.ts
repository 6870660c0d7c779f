/** The params of the stage type `split`. */
export interface SplitParams {
  /** The source's own test set, or a fraction. Default 0.2, unless `fixed` is given. */
  readonly test?: 'official' | number;
  /** A fraction. Default 0.1, unless `fixed` is given. */
  readonly validation?: number;
  /** Column whose values are to have the same shares in each split. */
  readonly stratify: string | null;
  /** Column that says the split of each row. */
  readonly fixed?: string;
}

export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];
