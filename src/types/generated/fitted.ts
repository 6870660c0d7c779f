/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

export type FittedFeature = FittedNumber | FittedCategory | FittedTensor;

/**
 * Every statistic and vocabulary that normalize learned from train: its out `fitted`.
 */
export interface Fitted {
  /**
   * Format and version of this file.
   */
  format: 'stemma-fitted-v1';
  /**
   * Rows of train.
   */
  rows: number;
  /**
   * Name of the column to predict, which is not normalized; null where there is none.
   */
  target: string | null;
  /**
   * The features in order.
   */
  features: FittedFeature[];
}
/**
 * A column of numbers: its normalized value is (value - center) / divisor.
 */
export interface FittedNumber {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of numbers.
   */
  kind: 'number';
  /**
   * How center and divisor follow from the statistics.
   */
  method: 'min-max' | 'standard' | 'none';
  /**
   * Values of train.
   */
  count: number;
  /**
   * Smallest value of train.
   */
  min: number;
  /**
   * Largest value of train.
   */
  max: number;
  /**
   * Mean of train's values.
   */
  mean: number;
  /**
   * Standard deviation of train's values, as of a population: divided by their count.
   */
  sd: number;
  /**
   * All values of train are the same.
   */
  constant: boolean;
  /**
   * What is subtracted.
   */
  center: number;
  /**
   * What is divided by: 1 for a constant.
   */
  divisor: number;
}
/**
 * A column of labels: it becomes a column of 0 and 1 for each label of train.
 */
export interface FittedCategory {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of labels.
   */
  kind: 'category';
  /**
   * How labels become numbers.
   */
  method: 'one-hot';
  /**
   * The labels that train has. Another one is 0 in all of the columns.
   */
  categories: {
    /**
     * The label.
     */
    label: string;
    /**
     * Rows of train that have it.
     */
    rows: number;
    /**
     * Name of the column that is 1 where a row has it.
     */
    column: string;
  }[];
}
/**
 * A column of tensors: its normalized value is stored × scale + offset. All elements together count.
 */
export interface FittedTensor {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of tensors.
   */
  kind: 'tensor';
  /**
   * How scale and offset follow from the statistics.
   */
  method: 'min-max' | 'standard' | 'none';
  /**
   * Stored elements of train.
   */
  count: number;
  /**
   * Smallest stored element of train.
   */
  min: number;
  /**
   * Largest stored element of train.
   */
  max: number;
  /**
   * Mean of train's stored elements.
   */
  mean: number;
  /**
   * Standard deviation of train's stored elements, as of a population.
   */
  sd: number;
  /**
   * All elements of train are the same.
   */
  constant: boolean;
  /**
   * Factor, a float32.
   */
  scale: number;
  /**
   * Summand, a float32: the value of a stored 0.
   */
  offset: number;
}
