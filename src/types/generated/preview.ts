/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * A few examples before and after augmentation: augment's out `preview`, which the report shows.
 */
export type Preview = ImagePreview | TablePreview;

/**
 * A preview of images.
 */
export interface ImagePreview {
  /**
   * Format and version of this file.
   */
  format: 'stemma-preview-v1';
  /**
   * The examples are images.
   */
  kind: 'image';
  /**
   * A contact sheet as the data URI of a PNG.
   */
  image: string;
  /**
   * What is to be seen, in one line.
   */
  caption: string;
}
/**
 * A preview of rows of numbers.
 */
export interface TablePreview {
  /**
   * Format and version of this file.
   */
  format: 'stemma-preview-v1';
  /**
   * The examples are rows of numbers.
   */
  kind: 'table';
  /**
   * Rows with the same keys: each original, followed by what becomes of it.
   */
  rows: {
    [k: string]: string | number;
  }[];
  /**
   * What is to be seen, in one line.
   */
  caption: string;
}
