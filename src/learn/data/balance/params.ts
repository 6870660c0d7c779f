/** The params of the stage type `balance`. */
export interface BalanceParams {
  readonly method: 'weights' | 'oversample' | 'smote' | 'undersample';
  /** Of "weights": by label. Default: rows / (classes × rows of the class); of a list, rows without the label / with it. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Of the others: what the classes are to stand to each other as, by label. Default: all alike. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Of "smote": neighbours that a row can be paired with. */
  readonly k: number;
}

/** What came of it. */
export interface Balanced {
  /** Rows of each class, or that have each label, before, in the order of the labels. */
  readonly before: ReadonlyMap<string, number>;
  /** Rows of each class after. */
  readonly after: ReadonlyMap<string, number>;
  /** By class where rows are weighted, by label where lists are. */
  readonly weights: Readonly<Record<string, number>> | null;
}
