/** The params of the stage type `balance`. */
export interface BalanceParams {
  readonly method: 'weights' | 'oversample' | 'smote' | 'undersample';
  /** Of "weights": by label. Default: rows / (classes × rows of the class). */
  readonly weights?: Readonly<Record<string, number>>;
  /** Of the others: what the classes are to stand to each other as, by label. Default: all alike. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Of "smote": neighbours that a row can be paired with. */
  readonly k: number;
}
