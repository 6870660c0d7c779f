/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * A few examples before and after augmentation: augment's out `preview`, which the report shows.
 */
export type Preview = ImagePreview | SeriesPreview | TablePreview;

/**
 * A contact sheet of images: a row for each example, a column for each way in which it is altered.
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
   * Width of one image, in pixels of the columns' pictures.
   */
  width: number;
  /**
   * Height of one image.
   */
  height: number;
  /**
   * What each example is: its class, or its id.
   */
  rows: string[];
  /**
   * Id of each example, by which its file and row are found; absent in previews of earlier versions.
   */
  ids?: string[];
  /**
   * The originals, each transform alone, then all together.
   */
  columns: PreviewColumn[];
  /**
   * What is to be seen, in one line.
   */
  caption: string;
}
export interface PreviewColumn {
  /**
   * What was done to the images of this column.
   */
  label: string;
  /**
   * The images of all rows, one below the other without gaps, as the data URI of a PNG.
   */
  image: string;
}
/**
 * Line charts: a row for each example, a column for each way in which it is altered.
 */
export interface SeriesPreview {
  /**
   * Format and version of this file.
   */
  format: 'stemma-preview-v1';
  /**
   * The examples are series.
   */
  kind: 'series';
  /**
   * What each example is: its class, or its id.
   */
  rows: string[];
  /**
   * Id of each example, by which its file and row are found; absent in previews of earlier versions.
   */
  ids?: string[];
  /**
   * The originals, each transform alone, then all together.
   */
  columns: SeriesColumn[];
  /**
   * What is to be seen, in one line.
   */
  caption: string;
}
export interface SeriesColumn {
  /**
   * What was done to the series of this column.
   */
  label: string;
  /**
   * For each row, each channel's values, step by step.
   */
  series: number[][][];
}
/**
 * A preview of rows of numbers, labels or texts.
 */
export interface TablePreview {
  /**
   * Format and version of this file.
   */
  format: 'stemma-preview-v1';
  /**
   * The examples are rows of columns.
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
