/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * Name of the column.
 */
export type Name = string;
/**
 * Rows without a value.
 */
export type Missing = number;
/**
 * Different values.
 */
export type Distinct = number;
export type Count = number;
/**
 * How it goes along with the target; empty for the target, and where nothing can be said.
 */
export type Associations = ProfileAssociation[];

/**
 * What the columns of a data set look like: the out `profile` of the stage type profile.
 */
export interface Profile {
  /**
   * Format and version of this file.
   */
  format: 'stemma-profile-v1';
  /**
   * Rows of the data set.
   */
  rows: number;
  /**
   * Name of the column to predict, of several the first; null where there is none.
   */
  target: string | null;
  sample: ProfileSample;
  /**
   * The columns in the order of the data set.
   *
   * Items: A column, by its kind.
   */
  columns: (NumberProfile | CategoryProfile | TextProfile | TensorProfile)[];
  /**
   * Pairs of columns of numbers that go along with each other, the strongest first; of the first 100 such columns.
   */
  pairs: ProfilePair[];
  /**
   * What looks suspicious, in the order of the columns.
   */
  findings: ProfileFinding[];
}
/**
 * The rows that associations, pairs and words were counted in; all else is of all rows.
 */
export interface ProfileSample {
  /**
   * How many.
   */
  rows: number;
  /**
   * Every nth row of each shard, its first one among them; 1: all rows.
   */
  every: number;
}
export interface NumberProfile {
  /**
   * A column of numbers.
   */
  kind: 'number';
  name: Name;
  missing: Missing;
  distinct: Distinct;
  /**
   * All of them are whole numbers.
   */
  whole: boolean;
  /**
   * null: all are missing.
   */
  values: NumbersProfile | null;
  associations: Associations;
}
/**
 * How numbers are distributed.
 */
export interface NumbersProfile {
  /**
   * The least.
   */
  min: number;
  /**
   * The greatest.
   */
  max: number;
  /**
   * Arithmetic mean; null where it is too large for a number.
   */
  mean: number | null;
  /**
   * Standard deviation of the population (divided by n); null where it is too large for a number.
   */
  sd: number | null;
  /**
   * Third moment over the third power of the deviation; null where the deviation is 0 or too large.
   */
  skewness: number | null;
  /**
   * With linear interpolation between neighbours, as numpy's.
   */
  quantiles: {
    '1%': number;
    '5%': number;
    '25%': number;
    '50%': number;
    '75%': number;
    '95%': number;
    '99%': number;
  };
  /**
   * The quantiles are of every nth value; 1: of all.
   */
  quantiles_every: number;
  histogram: ProfileHistogram;
}
/**
 * Bins of one width; a value on a border belongs to the bin above it, the greatest to the last one.
 */
export interface ProfileHistogram {
  /**
   * Lower border of the first bin.
   */
  from: number;
  /**
   * Upper border of the last bin.
   */
  to: number;
  /**
   * Values in each bin, at most 30.
   */
  counts: Count[];
}
/**
 * How a column goes along with the target.
 */
export interface ProfileAssociation {
  /**
   * What of the column: its values, the length of its texts, the mean or the contrast of its tensors.
   */
  of: 'value' | 'length' | 'mean' | 'contrast';
  /**
   * Pearson's and Spearman's correlation of numbers; correlation ratio η of numbers and categories; Cramér's V of categories; share of the target's entropy that a category tells (mutual information over entropy).
   */
  measure: 'Pearson' | 'Spearman' | 'correlation ratio' | "Cramér's V" | 'uncertainty coefficient';
  /**
   * Correlations -1 to 1, all else 0 to 1.
   */
  value: number;
  /**
   * Rows of the sample where both are there.
   */
  rows: number;
}
export interface CategoryProfile {
  /**
   * A column of labels.
   */
  kind: 'category';
  name: Name;
  missing: Missing;
  distinct: Distinct;
  /**
   * The 20 most frequent ones, the most frequent first.
   */
  labels: ProfileLabel[];
  /**
   * Rows of all other labels.
   */
  rest: number;
  /**
   * The 20 least frequent ones that occur, the least frequent first.
   */
  rarest: ProfileLabel[];
  /**
   * Labels that may occur, and do not.
   */
  unused: number;
  /**
   * Of lists of labels: for each label that may occur, rows whose list has it, the most frequent first. The other counts take a list for one value.
   */
  each?: ProfileLabel[];
  associations: Associations;
}
export interface ProfileLabel {
  /**
   * The label or word.
   */
  label: string;
  /**
   * Rows that have it.
   */
  rows: number;
}
export interface TextProfile {
  /**
   * A column of free text.
   */
  kind: 'text';
  name: Name;
  missing: Missing;
  distinct: Distinct;
  /**
   * Texts without a character.
   */
  empty: number;
  /**
   * Characters (Unicode code points); null: all are missing.
   */
  length: NumbersProfile | null;
  /**
   * The 20 words that most texts of the sample have, in lower case.
   */
  words: ProfileLabel[];
  associations: Associations;
}
export interface TensorProfile {
  /**
   * A column of tensors, as images; never missing.
   */
  kind: 'tensor';
  name: Name;
  /**
   * How the elements are stored.
   */
  dtype: 'uint8' | 'int32' | 'float32';
  /**
   * Shape of one row's tensor.
   */
  shape: number[];
  /**
   * The mean of each row's elements; null: there are no rows.
   */
  mean: NumbersProfile | null;
  /**
   * The standard deviation of each row's elements.
   */
  contrast: NumbersProfile | null;
  /**
   * A few of them; null where they are no images.
   */
  sheet: ProfileSheet | null;
  associations: Associations;
}
export interface ProfileSheet {
  /**
   * A contact sheet: a line a class.
   */
  image: string;
  /**
   * What it shows.
   */
  caption: string;
}
export interface ProfilePair {
  /**
   * Name of a column.
   */
  first: string;
  /**
   * Name of the other one.
   */
  second: string;
  /**
   * Pearson's correlation.
   */
  pearson: number;
}
export interface ProfileFinding {
  /**
   * What looks suspicious.
   */
  kind:
    | 'all-missing'
    | 'often-missing'
    | 'constant'
    | 'nearly-unique'
    | 'skewed'
    | 'rare-class'
    | 'imbalanced'
    | 'correlated';
  column: Name;
  /**
   * What was found, in one sentence.
   */
  message: string;
  /**
   * What to do about it.
   */
  remedy: string;
}
