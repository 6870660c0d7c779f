/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

export type ColumnSummary = NumberSummary | CategorySummary | TextSummary | TensorSummary;

/**
 * What ingest found in a source: its out `schema`, for people to read.
 */
export interface DataSchema {
  /**
   * Format and version of this file.
   */
  format: 'stemma-schema-v1';
  /**
   * Number of examples.
   */
  rows: number;
  /**
   * Name of the column to predict; null where there is none.
   */
  target: string | null;
  /**
   * The columns in the source's order.
   */
  columns: ColumnSummary[];
}
/**
 * A column of numbers.
 */
export interface NumberSummary {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * Every value is a finite number.
   */
  kind: 'number';
  /**
   * Rows without a value.
   */
  missing: number;
  /**
   * Different values.
   */
  distinct: number;
  /**
   * Smallest value.
   */
  min: number | null;
  /**
   * Largest value.
   */
  max: number | null;
}
/**
 * A column of labels.
 */
export interface CategorySummary {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * Every value is one of a few labels.
   */
  kind: 'category';
  /**
   * Rows without a value.
   */
  missing: number;
  /**
   * Labels that occur in these rows.
   */
  distinct: number;
  /**
   * The labels, in the order of their class indices.
   */
  categories: {
    /**
     * The label.
     */
    label: string;
    /**
     * Rows that have it.
     */
    rows: number;
  }[];
}
/**
 * A column of free text.
 */
export interface TextSummary {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * The values are texts, too many for labels.
   */
  kind: 'text';
  /**
   * Rows without a value.
   */
  missing: number;
  /**
   * Different texts.
   */
  distinct: number;
  /**
   * Characters of the shortest text.
   */
  shortest: number | null;
  /**
   * Characters of the longest text.
   */
  longest: number | null;
}
/**
 * A column of tensors, as images.
 */
export interface TensorSummary {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * Every row has a tensor of the same shape.
   */
  kind: 'tensor';
  /**
   * Rows without a value: always 0.
   */
  missing: number;
  /**
   * Type of the elements.
   */
  dtype: 'uint8' | 'int32' | 'float32';
  /**
   * Shape of one row's tensor.
   */
  shape: number[];
  /**
   * Smallest element.
   */
  min: number | null;
  /**
   * Largest element.
   */
  max: number | null;
}
