/** A split that a fitted step is applied to. */
export interface SplitPaths {
  readonly split: string;
  /** The data set to read. */
  readonly from: string;
  /** Where the new one goes. */
  readonly to: string;
}
