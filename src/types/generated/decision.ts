/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * From which probability on a model's answers are taken: the file decision.json in the folder of an exported model, where an evaluation has chosen it.
 */
export interface DecisionFile {
  /**
   * Format and version of this file.
   */
  format: 'stemma-decision-v1';
  /**
   * Of a category the one class that is held against all others: below its threshold the most probable of these is taken. Of a list of labels all, in the order of the model's outputs.
   *
   * @minItems 1
   */
  thresholds: [DecisionThreshold, ...DecisionThreshold[]];
  /**
   * The metric that they were chosen for.
   */
  metric: string;
  /**
   * Whether less or more of it is better.
   */
  mode: 'min' | 'max';
  /**
   * Number of validation examples that they were chosen by.
   */
  rows: number;
}
export interface DecisionThreshold {
  /**
   * The class, or the label.
   */
  answer: string;
  /**
   * From this probability on it is taken.
   */
  value: number;
}
