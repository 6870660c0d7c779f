/** The params of the stage type `impute`. */
export interface ImputeParams {
  /** For features of numbers. */
  readonly method: 'mean' | 'median' | 'most-frequent' | 'knn' | 'none';
  /** For features of labels. */
  readonly categories: 'most-frequent' | 'none';
  /** Another method for some features, by name; { "value": … } is a constant. */
  readonly columns: Readonly<Record<string, ImputeMethod>>;
  /** "column": a column of 0 and 1 beside each one that lacks values in train. */
  readonly indicator: 'none' | 'column';
  /** Of "knn": how many of the nearest rows are averaged. */
  readonly k: number;
  /** Of "knn": how many rows of train are kept to be near by, at even steps. */
  readonly donors: number;
}

export type ImputeMethod = 'mean' | 'median' | 'most-frequent' | 'knn' | 'none' | { readonly value: number | string };
