/** How the format "images" reads a folder. */
export interface ImagesParams {
  /** Height and width that each image gets; absent: all images have to have the same. */
  readonly size?: readonly [number, number];
  /**
   * How an image of other proportions fits the size: "fill" stretches it, "contain" shrinks it into the size with
   * black beside it, "cover" cuts off what stands out.
   */
  readonly fit: 'fill' | 'contain' | 'cover';
  /** 1: grey, 3: sRGB; "auto": 1 where all images are grey. */
  readonly channels: 1 | 3 | 'auto';
  /** Where labels come from: the name of the folder that an image lies in, a table, or nowhere. */
  readonly labels: 'folder' | 'none' | LabelTable;
  /** What becomes of a file that cannot be decoded. */
  readonly broken: 'fail' | 'drop';
  /** Pixels that an image may have at most: one that says it has more is broken, and is not decoded. */
  readonly most_pixels: number;
}

/** A table of the folder with a row for each image. */
export interface LabelTable {
  /** Path of the CSV file, relative to the folder. */
  readonly file: string;
  /** Its column with the images' paths, relative to the folder or to the table. */
  readonly image: string;
  /** Its column with the labels. */
  readonly label: string;
  /** Its columns that become features beside the image; none where absent. */
  readonly columns?: readonly string[];
}
