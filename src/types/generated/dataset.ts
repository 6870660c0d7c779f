/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * A column, by its kind.
 */
export type Column = NumberColumn | CategoryColumn | LabelsColumn | DateColumn | TextColumn | TensorColumn;
/**
 * A column of the source, by its kind.
 */
export type RawColumn = RawValues | RawTensor;

/**
 * A data set: the file dataset.json of a folder of shards. The rows are those of the shards, in order.
 */
export interface DatasetManifest {
  /**
   * Format and version of this file.
   */
  format: 'stemma-dataset-v1';
  /**
   * Number of examples: the sum over the shards.
   */
  rows: number;
  /**
   * Name of the column to predict, or names of several, in their order; null where there is none. All other columns are features.
   */
  target: string | [string, string, ...string[]] | null;
  /**
   * The columns in order, the targets among them.
   */
  columns: Column[];
  /**
   * The shards in order. A source is cut into shards of one size, near 16 MiB; stages after it keep its cuts, so that one row appended touches one shard in each.
   */
  shards: DatasetShard[];
  /**
   * Present where the source itself says which examples are for testing.
   */
  official?: {
    /**
     * Column of the shards' tables with "train" or "test" for each row.
     */
    split: '__split';
  };
  /**
   * Present where rows do not count alike in training. What a row counts for is its own weight, times that of its class where there are weights of classes.
   */
  row_weights?: {
    /**
     * Column of the shards' tables with each row's weight: a float64, 0 or more. It is no feature.
     */
    column: '__weight';
  };
  augment?: AugmentPolicy;
  /**
   * What a row of each class counts for in training, by label of the target. Absent: all rows count alike.
   */
  weights?: {
    [k: string]: number;
  };
  raw?: RawRows;
}
/**
 * Finite numbers; missing ones are null in the table.
 */
export interface NumberColumn {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of numbers.
   */
  kind: 'number';
  /**
   * How the numbers are stored.
   */
  dtype: 'uint8' | 'int32' | 'float32' | 'float64';
  scaling?: TargetScaling;
}
/**
 * Of a target that was scaled: how its values become the original ones. Absent: they are.
 */
export interface TargetScaling {
  /**
   * "linear": stored × divisor + center. "log1p": exp(stored) - 1.
   */
  method: 'linear' | 'log1p';
  /**
   * What was subtracted.
   */
  center: number;
  /**
   * What was divided by.
   */
  divisor: number;
}
/**
 * One of a few labels; missing ones are null in the table.
 */
export interface CategoryColumn {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of labels.
   */
  kind: 'category';
  /**
   * The table holds the labels themselves.
   */
  dtype: 'string';
  /**
   * All labels that may occur, in the order of their class indices: by number where all are numbers, else by UTF-16 code unit.
   */
  categories: string[];
}
/**
 * Any number of a few labels for each row, none of them too; missing ones are null in the table.
 */
export interface LabelsColumn {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of lists of labels.
   */
  kind: 'labels';
  /**
   * The table holds a JSON array of the row's labels, each once, in the order of their UTF-8 bytes and without spaces: equal lists are equal texts.
   */
  dtype: 'string';
  /**
   * All labels that may occur, in the order of the outputs of a model: by number where all are numbers, else by UTF-16 code unit.
   */
  categories: string[];
  /**
   * Present where the labels are tags, one for each word of this column: the table then holds them in the order of the words, as often as they occur.
   */
  each?: string;
}
/**
 * Dates of the calendar, or dates and times without a zone, as ISO 8601 writes them; missing ones are null in the table. Within a column all have times or none, so that the order of the texts is that of time.
 */
export interface DateColumn {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of dates.
   */
  kind: 'date';
  /**
   * The table holds texts: 2012-01-31, or 2012-01-31T08:30:00, with six more digits where there are parts of a second.
   */
  dtype: 'string';
}
/**
 * Free text; missing ones are null in the table.
 */
export interface TextColumn {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of free text.
   */
  kind: 'text';
  /**
   * Texts are strings.
   */
  dtype: 'string';
}
/**
 * A tensor of the same shape for each row, as an image; never missing.
 */
export interface TensorColumn {
  /**
   * Name of the column, and of the tensor in the shards.
   */
  name: string;
  /**
   * A column of tensors.
   */
  kind: 'tensor';
  /**
   * How the elements are stored.
   */
  dtype: 'uint8' | 'int32' | 'float32';
  /**
   * Shape of one row's tensor, as [28, 28, 1]: height, width, channels.
   */
  shape: number[];
  scaling?: TargetScaling;
  /**
   * Where the elements are ids of tokens: how many ids there are, from 0, which pads. Absent: they are no ids.
   */
  vocabulary?: number;
  /**
   * Value = stored × scale + offset, computed in float32. Absent: the value is what is stored. (The idea of the CF conventions: normalizing images rewrites no pixel.)
   */
  encoding?: {
    /**
     * Factor.
     */
    scale: number;
    /**
     * Summand: the value of a stored 0.
     */
    offset: number;
    /**
     * What is then done within each row: "standard" gives it mean 0 and deviation 1, "l2" length 1.
     */
    row?: 'standard' | 'l2';
  };
}
/**
 * Up to 131,072 rows in one or two files.
 */
export interface DatasetShard {
  /**
   * Rows in this shard.
   */
  rows: number;
  /**
   * Path of the Parquet file, relative to the folder: __id, __split where official, __weight where rows have weights, and all columns that are no tensors.
   */
  table: string;
  /**
   * Path of the safetensors file, relative to the folder; absent where no column is a tensor.
   */
  tensors?: string;
}
/**
 * How training alters each row in each epoch, decided by the seed, the epoch and the row's id alone. Only a train split has one.
 */
export interface AugmentPolicy {
  /**
   * Seed of all rows' and epochs' streams.
   */
  seed: number;
  /**
   * The one tensor that is altered, where there are other features beside it. Absent: the only tensor, or the columns of numbers.
   */
  column?: string;
  /**
   * The domain pack that the transforms were held against.
   */
  pack: string | null;
  /**
   * What is applied, in this order.
   */
  transforms: PolicyTransform[];
  /**
   * The user's own transforms, applied in this order after those.
   */
  own: OwnTransform[];
  /**
   * Transforms that the pack forbids and that are applied all the same, with the reason given.
   */
  despite: {
    [k: string]: string;
  };
  /**
   * What stands where an image has moved away: the value of a stored 0, the border's pixel, or the image mirrored.
   */
  fill: 'zero' | 'edge' | 'reflect';
  /**
   * The value of a stored 0: where an image has moved away, and in what is masked.
   */
  outside: number;
  /**
   * Least and greatest value that a pixel can have; null where the stored elements do not say.
   */
  range: [number, number] | null;
  /**
   * Indices of the features that noise leaves alone: whole numbers, as those of categories.
   */
  spared: number[];
  /**
   * Indices of the features that change together, as those of one category; for `swap`.
   */
  groups: number[][];
  /**
   * Id that stands for a dropped word; null where features are no token ids.
   */
  mask_token: number | null;
}
/**
 * One of Stemma's transforms.
 */
export interface PolicyTransform {
  /**
   * Which one.
   */
  name:
    | 'crop'
    | 'flip'
    | 'shear'
    | 'rotate'
    | 'zoom'
    | 'shift'
    | 'contrast'
    | 'brightness'
    | 'blur'
    | 'window'
    | 'time_shift'
    | 'scale'
    | 'word_swap'
    | 'synonyms'
    | 'word_dropout'
    | 'typos'
    | 'swap'
    | 'noise'
    | 'time_mask'
    | 'erase'
    | 'mixup'
    | 'cutmix';
  /**
   * How much of it at most, in the unit of the param of that name.
   */
  amount: number | ('horizontal' | 'vertical');
  /**
   * Chance that it alters a row.
   */
  probability: number;
}
/**
 * A transform of the user's own: its code travels with the data set, so that training applies what augment showed.
 */
export interface OwnTransform {
  /**
   * The file that it was written in, relative to the dep `transforms`.
   */
  file: string;
  /**
   * What it is given.
   */
  params: {
    [k: string]: unknown;
  };
  /**
   * Chance that it alters a row.
   */
  probability: number;
  /**
   * Of the code.
   */
  digest: string;
  /**
   * The file with all that it imports, as one CommonJS module.
   */
  code: string;
  /**
   * From the lines of the code to those of the files, as in a source map.
   */
  map: {
    /**
     * Files, relative to the dep `transforms`.
     */
    sources: string[];
    /**
     * As in a source map, version 3.
     */
    mappings: string;
  };
}
/**
 * How one more row of the source becomes a row of the data set, as far as nothing is fitted for it: what ingest decided about columns, and clean's rules. It travels with the rows into the model's folder. Absent where it is not known, as in a data set that a command has written.
 */
export interface RawRows {
  /**
   * The columns as ingest made them of the source, in order, the target among them.
   */
  columns: RawColumn[];
  /**
   * Texts that mean a missing value.
   */
  missing: string[];
  images?: RawImages;
  sounds?: RawSounds;
  documents?: RawDocuments;
  /**
   * The rules of each clean stage that has any, in the order of the stages.
   */
  clean: CleanRules[];
  /**
   * How many fitted steps the rows have gone through since, those of the out fitted of the last one; absent: none.
   */
  fitted?: number;
  windows?: RawWindows;
}
/**
 * A column of a table.
 */
export interface RawValues {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * What its cells are read as.
   */
  kind: 'number' | 'category' | 'labels' | 'date' | 'text';
  /**
   * Of dates: whether they have a time of day.
   */
  time?: boolean;
  /**
   * Present where tags go by the words of this column: whether its cells are JSON arrays of words, or texts with white space between them.
   */
  words?: 'arrays' | 'texts';
  rules?: RawRules;
}
/**
 * What the schema that ingest enforced asks of each cell; absent where it enforced none.
 */
export interface RawRules {
  /**
   * Whether a cell may not be missing.
   */
  required?: boolean;
  /**
   * The least number, or the first date.
   */
  min?: number | string;
  /**
   * The greatest number, or the last date.
   */
  max?: number | string;
  /**
   * The labels that there are.
   */
  categories?: string[];
}
/**
 * A column of tensors, as images.
 */
export interface RawTensor {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * A column of tensors.
   */
  kind: 'tensor';
  /**
   * How the elements are stored.
   */
  dtype: 'uint8' | 'int32' | 'float32';
  /**
   * Shape of one row's tensor.
   */
  shape: number[];
}
/**
 * How a file of an image becomes pixels; present where the source was a folder of images.
 */
export interface RawImages {
  /**
   * Height and width that each image gets; absent: it has to have them already.
   *
   * @minItems 2
   * @maxItems 2
   */
  size?: [number, number];
  /**
   * How an image of other proportions fits the size.
   */
  fit: 'fill' | 'contain' | 'cover';
  /**
   * 1: grey; 3: sRGB; "auto": as the image has them.
   */
  channels: 1 | 3 | 'auto';
  /**
   * Pixels that an image may have.
   */
  most_pixels: number;
  /**
   * Column of a table with the images' paths, as the source's table of labels had it; absent: it had none.
   */
  column?: string;
}
/**
 * How a file of a sound becomes a tensor; present where the source was a folder of sounds.
 */
export interface RawSounds {
  /**
   * Samples a second that a sound has to have.
   */
  rate: number;
  /**
   * Samples of each.
   */
  samples: number;
  /**
   * Whether a longer sound is cut and a shorter one filled with silence; else all have to be of that length.
   */
  fits: boolean;
  /**
   * Samples that a frame of its spectrogram looks at; absent: the samples themselves are taken.
   */
  window?: number;
  /**
   * Samples from one frame to the next.
   */
  hop?: number;
  /**
   * Bands of the mel scale; absent: all frequencies by themselves.
   */
  bands?: number;
}
/**
 * How a file of a text or of e-mails becomes rows; present where the source was a folder of them.
 */
export interface RawDocuments {
  /**
   * What the files hold.
   */
  format: 'texts' | 'emails';
  /**
   * The files are JSON objects, each with one text in this field; absent: they are the texts themselves.
   */
  field?: string;
  /**
   * Headers of e-mails that are columns too.
   */
  headers?: string[];
}
/**
 * The rules of a clean stage that look at one row at a time: its params of these names.
 */
export interface CleanRules {
  /**
   * How dates are written, by column, with the directives of strptime; absent: nowhere. Applied after text.
   */
  dates?: {
    [k: string]: string[];
  };
  /**
   * New values by column and old value, as { "Sex": { ".": null } }. Applied first.
   */
  map: {
    /**
     * For each value, spelled as a text, what it becomes; null: missing.
     */
    [k: string]: {
      [k: string]: string | number | null;
    };
  };
  /**
   * Changes to texts and labels by column: replace, then trim, then case. Applied after map.
   */
  text: {
    [k: string]: {
      /**
       * Replacements, one after the other, each at all its matches. "(?s)^.*?\n\n" with "" takes the headers off an e-mail.
       */
      replace?: {
        /**
         * An RE2 pattern; (?s) lets the point match newlines.
         */
        pattern: string;
        /**
         * What each match becomes; \1 is the first group.
         */
        with: string;
      }[];
      /**
       * Takes white space off both ends.
       */
      trim?: boolean;
      /**
       * Makes all letters lower or upper case.
       */
      case?: 'lower' | 'upper';
    };
  };
  /**
   * The kind that a column is to have, by its name. Applied after text: a value that does not fit is an error.
   */
  types: {
    [k: string]: 'number' | 'category' | 'text';
  };
  /**
   * Bounds of numbers, or of dates as "2012-01-31", by column, known beforehand. Bounds found in the data would be a fit, and belong after the split.
   */
  range: {
    [k: string]: {
      /**
       * The least value allowed.
       */
      min?: number | string;
      /**
       * The greatest value allowed.
       */
      max?: number | string;
      /**
       * What becomes of others: the bound, missing, the row goes, or an error.
       */
      else: 'clip' | 'null' | 'drop' | 'fail';
    };
  };
  /**
   * Allowed values by column. Applied after range.
   */
  domain: {
    [k: string]: {
      /**
       * The values allowed. A missing value is none that is forbidden: see missing.
       */
      allowed: (string | number)[];
      /**
       * What becomes of others: missing, the row goes, or an error.
       */
      else: 'null' | 'drop' | 'fail';
    };
  };
  /**
   * What becomes of a row without a value, by column: "keep" it, "drop" it, "fail", or { "fill": constant }. A row of an official test set is never dropped: that is an error.
   */
  missing: {
    /**
     * The rule for all columns that have none of their own.
     */
    default: 'keep' | 'drop' | 'fail';
    [k: string]:
      | 'keep'
      | 'drop'
      | 'fail'
      | {
          /**
           * The constant to put in. A mean or a mode would be a fit, and belongs after the split.
           */
          fill: string | number;
        };
  };
  /**
   * Conditions on rows, as [{ "column": "year", "less_than": 1900, "do": "drop" }]. A missing value meets none. A row of an official test set is never dropped: that is an error.
   */
  rows: {
    /**
     * Name of the column.
     */
    column: string;
    /**
     * The value is below this number, or before this date.
     */
    less_than?: number | string;
    /**
     * The value is above this number, or after this date.
     */
    greater_than?: number | string;
    /**
     * The value is this.
     */
    equals?: string | number;
    /**
     * This RE2 pattern is found in the text.
     */
    matches?: string;
    /**
     * What becomes of a row that meets all of these.
     */
    do: 'drop' | 'fail';
  }[];
}
/**
 * Present where an example is made of several rows: how many steps of a series, and how far ahead of the last one what is foretold.
 */
export interface RawWindows {
  /**
   * Rows of an example.
   */
  steps: number;
  /**
   * Rows between the last of them and the one that is foretold.
   */
  ahead: number;
  /**
   * How many rows in a row are foretold; absent: one.
   */
  foretell?: number;
  /**
   * Column that tells series apart; absent: there is one series.
   */
  by?: string;
  /**
   * Column that rises within a series; absent: none was named.
   */
  time?: string;
  /**
   * Whether the target of a window's rows is among its features.
   */
  past_target?: boolean;
  /**
   * The columns of a row of which windows were cut, in order, the target among them. Absent in a data set of an earlier version.
   */
  columns?: Column[];
}
