/** The params of the stage type `normalize`. */
export interface NormalizeParams {
  /** For features of numbers, and tensors. */
  readonly method: NumberMethod;
  /** For features of labels. */
  readonly categories: CategoryMethod['method'] | CategoryMethod;
  /** Another method for some features, by name. */
  readonly columns: Readonly<Record<string, AnyMethod['method'] | AnyMethod>>;
  /** What becomes of a target of numbers. */
  readonly target: TargetMethod;
}

export type NumberMethod = 'min-max' | 'standard' | 'robust' | 'log1p' | 'quantile' | 'l2' | 'per-image' | 'none';
export type TargetMethod = 'none' | 'min-max' | 'standard' | 'robust' | 'log1p';

export type AnyMethod =
  | ScalingMethod
  | QuantileMethod
  | CategoryMethod
  | DateMethod
  | TextMethod
  | PiecesMethod
  | DropMethod;

/** For a column that earlier stages needed, as to split by, and that is no feature. */
export interface DropMethod {
  readonly method: 'drop';
}

export interface ScalingMethod {
  readonly method: Exclude<NumberMethod, 'quantile'>;
}

export interface QuantileMethod {
  readonly method: 'quantile';
  /** The distribution that train's values get. Default: "uniform". */
  readonly output?: 'uniform' | 'normal';
  /** How many quantiles are kept, where there are as many rows. Default: 1,000. */
  readonly quantiles?: number;
}

export interface CategoryMethod {
  readonly method: 'one-hot' | 'ordinal' | 'hashed';
  /** Labels of fewer rows of train share one place. Default: 1. */
  readonly min_rows?: number;
  /** Of "hashed". Default: 32. */
  readonly buckets?: number;
}

export interface DateMethod {
  readonly method: 'date';
  /** Default: year, month, day, weekday, season. */
  readonly parts?: readonly ('year' | 'month' | 'day' | 'weekday' | 'hour' | 'season')[];
}

export interface TextMethod {
  readonly method: 'tokens' | 'bag' | 'tf-idf' | 'hashed-bag';
  /** Ids for each text. Default: 128. */
  readonly length?: number;
  /** Size of the vocabulary, at most. Default: 10,000 for "tokens", 1,000 for bags. */
  readonly max_words?: number;
  /** Words of fewer rows of train are unknown. Default: 1. */
  readonly min_rows?: number;
  /** Default: true. */
  readonly lower_case?: boolean;
  /** Of "hashed-bag". Default: 1,024. */
  readonly buckets?: number;
}

export interface PiecesMethod {
  readonly method: 'wordpiece' | 'bpe';
  /** Ids for each text. Default: 128. */
  readonly length?: number;
  /** Size of the vocabulary, at most. Default: 8,000. */
  readonly max_pieces?: number;
  /** Pairs of fewer occurrences in train are not merged. Default: 2. */
  readonly min_count?: number;
  /** Default: true for "wordpiece", false for "bpe". */
  readonly lower_case?: boolean;
  /** The piece that fills rows, where the dep vocabulary names none. */
  readonly pad?: string;
}
