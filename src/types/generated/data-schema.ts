/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

export type ColumnSummary = NumberSummary | CategorySummary | LabelsSummary | DateSummary | TextSummary | TensorSummary;

/**
 * What ingest found in a source: its out `schema`, for people to read. Copied into the project and given to ingest as its dep `schema`, it is what the source has to keep to: the kinds, what is required and unique, ranges and labels; counts are not held against it.
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
   * Name of the column to predict, or names of several; null where there is none.
   */
  target: string | [string, string, ...string[]] | null;
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
   * Every row has to have a value: found where none is missing.
   */
  required: boolean;
  /**
   * No value occurs twice, as in a key: found for whole numbers and texts of at most 64 characters, where none is missing.
   */
  unique: boolean;
  /**
   * Different values.
   */
  distinct: number | null;
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
   * Every row has to have a value: found where none is missing.
   */
  required: boolean;
  /**
   * No value occurs twice, as in a key: found for whole numbers and texts of at most 64 characters, where none is missing.
   */
  unique: boolean;
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
 * A column of lists of labels.
 */
export interface LabelsSummary {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * Every value is a list of labels, perhaps an empty one.
   */
  kind: 'labels';
  /**
   * Rows without a value.
   */
  missing: number;
  /**
   * Every row has to have a value: found where none is missing.
   */
  required: boolean;
  /**
   * Lists of labels are no key.
   */
  unique: false;
  /**
   * Labels that occur in these rows.
   */
  distinct: number;
  /**
   * The labels, in the order of a model's outputs.
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
 * A column of dates, or of dates and times.
 */
export interface DateSummary {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * Every value is a date of the calendar, perhaps with a time of day.
   */
  kind: 'date';
  /**
   * Rows without a value.
   */
  missing: number;
  /**
   * Every row has to have a value: found where none is missing.
   */
  required: boolean;
  /**
   * No value occurs twice, as in a key: found for whole numbers and texts of at most 64 characters, where none is missing.
   */
  unique: boolean;
  /**
   * Different dates.
   */
  distinct: number | null;
  /**
   * First date.
   */
  min: string | null;
  /**
   * Last date.
   */
  max: string | null;
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
   * Every row has to have a value: found where none is missing.
   */
  required: boolean;
  /**
   * No value occurs twice, as in a key: found for whole numbers and texts of at most 64 characters, where none is missing.
   */
  unique: boolean;
  /**
   * Different texts.
   */
  distinct: number | null;
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
