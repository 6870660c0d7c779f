/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What leaks: rows, nearly equal rows, groups or times on both sides of a split, a column that gives the target away, a column that names the row, a classifier that tells train from test, a column whose distribution differs.
 */
export type Kind =
  'duplicate' | 'near-duplicate' | 'group' | 'time' | 'target-proxy' | 'identifier' | 'adversary' | 'drift';

/**
 * What an audit of the data themselves found after the split: the out `leakage` of the stage type leakage.
 */
export interface Leakage {
  /**
   * Format and version of this file.
   */
  format: 'stemma-leakage-v1';
  /**
   * Name of the column to predict, or names of several; null where there is none.
   */
  target: string | [string, string, ...string[]] | null;
  /**
   * Rows of each split that was looked at, by its name.
   */
  splits: {
    [k: string]: number;
  };
  /**
   * What was looked for, in a fixed order.
   */
  checks: LeakageCheck[];
  /**
   * The certain ones first.
   */
  findings: LeakageFinding[];
}
export interface LeakageCheck {
  kind: Kind;
  /**
   * "left out": there was nothing to look at, or nobody asked.
   */
  state: 'clean' | 'found' | 'left out';
  /**
   * What was looked at, or why nothing was.
   */
  what: string;
}
export interface LeakageFinding {
  kind: Kind;
  /**
   * A certain one fails the stage where on_leakage is "error".
   */
  certainty: 'certain' | 'suspect';
  /**
   * The splits that it lies between; one where it lies within train.
   */
  between: string[];
  /**
   * The column that it is about; null where it is about whole rows.
   */
  column: string | null;
  /**
   * What was found, in one sentence.
   */
  message: string;
  /**
   * What `value` is.
   */
  measure: string;
  /**
   * What was measured.
   */
  value: number;
  /**
   * The value from which on it is a finding.
   */
  threshold: number;
  /**
   * Some of the rows or values that show it.
   */
  evidence: {
    [k: string]: string | number | null;
  }[];
  /**
   * What to do about it.
   */
  remedy: string;
  /**
   * The reason for which the params accept it.
   */
  accepted?: string;
}
