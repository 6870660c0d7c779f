/** Params of the stage type `windows`, defaults filled in. */
export interface WindowsParams {
  /** Rows in a window, at least 1. */
  readonly steps: number;
  /** Rows from the window's last one to the first that is foretold, from 0. */
  readonly ahead: number;
  /** How many rows in a row are foretold, at least 2: the target is a tensor of them. Absent: one, as a number or a category. */
  readonly foretell?: number;
  /** Rows from a window to the next, at least 1. */
  readonly stride: number;
  /** Column that tells series apart. */
  readonly by?: string;
  /** Column that rises within a series. */
  readonly time?: string;
  /** Whether a target of numbers is a feature too. */
  readonly past_target: boolean;
}
