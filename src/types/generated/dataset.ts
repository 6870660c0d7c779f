/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * A column, by its kind.
 */
export type Column = NumberColumn | CategoryColumn | LabelsColumn | DateColumn | TextColumn | TensorColumn;

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
