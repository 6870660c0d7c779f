/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

export type FittedStep = FittedImpute | FittedOutliers | FittedNormalize;
export type FittedFilling = FittedFill | FittedNearest;
/**
 * What whole rows are judged by; absent where columns are.
 */
export type FittedJudge = FittedForest | FittedNeighbours;
export type FittedFeature =
  | FittedNumber
  | FittedQuantiles
  | FittedCategory
  | FittedDate
  | FittedText
  | FittedPieces
  | FittedTensor
  | FittedDropped;

/**
 * All that was fitted on train, in the order in which it is applied: the out `fitted` of impute, outliers and normalize. Each of them hands on the steps before it, so that the last one makes raw rows into what a model takes.
 */
export interface Fitted {
  /**
   * Format and version of this file.
   */
  format: 'stemma-fitted-v2';
  /**
   * Name of the column to predict, or names of several; null where there is none.
   */
  target: string | [string, string, ...string[]] | null;
  /**
   * The columns that the first step takes, in order, the target among them.
   */
  columns: FittedColumn[];
  /**
   * The steps, in order.
   */
  steps: FittedStep[];
}
/**
 * A column of the rows that the first step takes: its features are what a model is to be served with.
 */
export interface FittedColumn {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * Kind of its values.
   */
  kind: 'number' | 'category' | 'labels' | 'text' | 'date' | 'tensor';
  /**
   * How they are stored.
   */
  dtype: 'uint8' | 'int32' | 'float32' | 'float64' | 'string';
  /**
   * Of a category: the labels that were known.
   */
  categories?: string[];
  /**
   * Of a tensor: the shape of one row.
   */
  shape?: number[];
}
/**
 * Values for gaps.
 */
export interface FittedImpute {
  /**
   * Made by the stage type impute.
   */
  stage: 'impute';
  /**
   * Rows of train.
   */
  rows: number;
  /**
   * The columns whose gaps are filled.
   */
  features: FittedFilling[];
  donors?: FittedDonors;
}
/**
 * What stands where a column has no value.
 */
export interface FittedFill {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * One value for all gaps.
   */
  kind: 'fill';
  /**
   * What the value is.
   */
  method: 'mean' | 'median' | 'most-frequent' | 'constant';
  /**
   * The value.
   */
  value: number | string;
  /**
   * Rows of train without a value.
   */
  missing: number;
  /**
   * Name of the column that is 1 where there was none; absent where none was asked for.
   */
  indicator?: string;
}
/**
 * A column whose gaps get the mean of the nearest rows of train that have a value.
 */
export interface FittedNearest {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * The mean of the nearest rows.
   */
  kind: 'nearest';
  /**
   * How the value is found.
   */
  method: 'knn';
  /**
   * Train's mean, where a row has nothing to be near by.
   */
  fallback: number;
  /**
   * Rows of train without a value.
   */
  missing: number;
  /**
   * Name of the column that is 1 where there was none; absent where none was asked for.
   */
  indicator?: string;
}
/**
 * Rows of train that gaps are filled from, and how distances are measured: Euclidean over the columns that both rows have, each divided by its deviation, times the share of them.
 */
export interface FittedDonors {
  /**
   * How many of the nearest are averaged.
   */
  k: number;
  /**
   * The columns of numbers.
   */
  columns: FittedMeasure[];
  /**
   * Their values, a list for each row; null: missing.
   */
  values: (number | null)[][];
}
/**
 * A column that is measured.
 */
export interface FittedMeasure {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * Its standard deviation in train; 1 for a constant.
   */
  divisor: number;
}
/**
 * Bounds of usual values, or what tells unusual rows.
 */
export interface FittedOutliers {
  /**
   * Made by the stage type outliers.
   */
  stage: 'outliers';
  /**
   * Rows of train.
   */
  rows: number;
  /**
   * What becomes of an unusual value. "drop" is for rows of train alone: elsewhere it does nothing.
   */
  action: 'drop' | 'winsorize' | 'null' | 'flag';
  /**
   * The columns that are judged, each by itself; none where rows are.
   */
  features: FittedBounds[];
  judge?: FittedJudge;
}
/**
 * Where the usual values of a column of numbers end.
 */
export interface FittedBounds {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * Lowest and highest usual value.
   */
  kind: 'bounds';
  /**
   * How the bounds follow from train.
   */
  method: 'iqr' | 'z-score' | 'mad';
  /**
   * How far from the middle they are, in the method's unit.
   */
  threshold: number;
  /**
   * Lowest usual value.
   */
  low: number;
  /**
   * Highest usual value.
   */
  high: number;
  /**
   * Rows of train outside.
   */
  outliers: number;
  /**
   * Name of the column that is 1 outside; of the action "flag" alone.
   */
  flag?: string;
}
/**
 * Trees that ask random columns at random thresholds: a row that soon stands alone is an outlier.
 */
export interface FittedForest {
  /**
   * How rows are judged.
   */
  method: 'isolation-forest';
  /**
   * The columns of numbers that a row is judged by.
   */
  columns: string[];
  /**
   * A row with a score above is an outlier.
   */
  threshold: number;
  /**
   * Rows of train with such a score.
   */
  outliers: number;
  /**
   * Name of the column that is 1 for an outlier; of the action "flag" alone.
   */
  flag?: string;
  state: FittedForestState;
}
/**
 * An isolation forest. Score: 2^(-mean path / mean path of a search among `sample` rows).
 */
export interface FittedForestState {
  /**
   * How many columns there are.
   */
  columns: number;
  /**
   * Rows that each tree was grown on.
   */
  sample: number;
  /**
   * The trees.
   */
  trees: FittedTree[];
}
/**
 * A tree: node by node, its root first, each before its children.
 */
export interface FittedTree {
  /**
   * Index of the column to ask; -1 at a leaf.
   */
  columns: number[];
  /**
   * A value at or below goes left.
   */
  thresholds: number[];
  /**
   * Node at the left.
   */
  lefts: number[];
  /**
   * Node at the right.
   */
  rights: number[];
  /**
   * At a leaf, how long a path that ends there counts.
   */
  lengths: number[];
}
/**
 * Rows of train that others are to be near by: a row far from them is an outlier.
 */
export interface FittedNeighbours {
  /**
   * How rows are judged.
   */
  method: 'knn';
  /**
   * The columns of numbers that a row is judged by.
   */
  columns: string[];
  /**
   * A row with a score above is an outlier.
   */
  threshold: number;
  /**
   * Rows of train with such a score.
   */
  outliers: number;
  /**
   * Name of the column that is 1 for an outlier; of the action "flag" alone.
   */
  flag?: string;
  state: FittedNeighbourState;
}
/**
 * Score: the distance to the last of the nearest rows, √(mean of squares over the columns), in standard deviations. One row that equals the judged one counts as itself, and is left out.
 */
export interface FittedNeighbourState {
  /**
   * How many of the nearest rows are looked at.
   */
  neighbours: number;
  /**
   * How many columns there are.
   */
  columns: number;
  /**
   * What is subtracted, by column.
   */
  means: number[];
  /**
   * What is divided by, by column.
   */
  scales: number[];
  /**
   * The rows, one after the other, after that.
   */
  points: number[];
}
/**
 * Features as numbers.
 */
export interface FittedNormalize {
  /**
   * Made by the stage type normalize.
   */
  stage: 'normalize';
  /**
   * Rows of train.
   */
  rows: number;
  /**
   * The features in order.
   */
  features: FittedFeature[];
  target?: FittedTarget;
  /**
   * Of a data set with several targets, those that were scaled, in their order; `target` is absent then.
   *
   * @minItems 1
   */
  targets?: [FittedTarget, ...FittedTarget[]];
}
/**
 * A column of numbers. "log1p": its value becomes log(1 + value). "l2": it is divided by the length of the vector of all columns of this method in its row. All others: (value - center) / divisor.
 */
export interface FittedNumber {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * A column of numbers.
   */
  kind: 'number';
  /**
   * What becomes of a value.
   */
  method: 'min-max' | 'standard' | 'robust' | 'log1p' | 'l2' | 'none';
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
   * Median of train's values; of "robust" alone.
   */
  median?: number;
  /**
   * Distance of train's quartiles; of "robust" alone.
   */
  iqr?: number;
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
 * A column of numbers that becomes its place among train's values: between the quantiles beside it, linearly.
 */
export interface FittedQuantiles {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * A column of numbers, by its quantiles.
   */
  kind: 'quantiles';
  /**
   * How they become numbers.
   */
  method: 'quantile';
  /**
   * The distribution that train's values get: 0 to 1, or the standard normal one within ±5.2.
   */
  output: 'uniform' | 'normal';
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
   * Quantiles of train's values at even steps from 0 to 1.
   */
  quantiles: number[];
}
/**
 * A column of labels. "one-hot": a column of 0 and 1 for each label. "ordinal": the index of the label, -1 for an unknown one. "hashed": a column of 0 and 1 for each bucket; the bucket is the first 8 hexadecimal digits of the label's sha256, as a number, modulo their number.
 */
export interface FittedCategory {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * A column of labels.
   */
  kind: 'category';
  /**
   * How labels become numbers.
   */
  method: 'one-hot' | 'ordinal' | 'hashed';
  /**
   * The labels that train has often enough, in order.
   */
  categories: FittedLabel[];
  rare?: FittedRare;
  /**
   * The columns that come of it, in order.
   */
  columns: string[];
}
/**
 * A label.
 */
export interface FittedLabel {
  /**
   * The label.
   */
  label: string;
  /**
   * Rows of train that have it.
   */
  rows: number;
  /**
   * Of "one-hot": the column that is 1 where a row has it.
   */
  column?: string;
}
/**
 * What labels of too few rows share with unknown ones; absent where train has no such labels.
 */
export interface FittedRare {
  /**
   * The labels.
   */
  labels: string[];
  /**
   * Rows of train that have one of them.
   */
  rows: number;
  /**
   * Of "one-hot": the column that is 1 for them.
   */
  column?: string;
}
/**
 * A column of dates as texts, of which columns are derived; nothing is fitted.
 */
export interface FittedDate {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * A column of dates: ISO 8601, with or without a time.
   */
  kind: 'date';
  /**
   * How they become numbers.
   */
  method: 'date';
  /**
   * The parts, in order.
   */
  parts: FittedPart[];
}
/**
 * A number that is derived of the date.
 */
export interface FittedPart {
  /**
   * What it is: weekday from 1 (Monday) to 7; season as sine and cosine of the part of the year that has passed.
   */
  part: 'year' | 'month' | 'day' | 'weekday' | 'hour' | 'season';
  /**
   * The columns that come of it: one, or sine and cosine.
   */
  columns: string[];
}
/**
 * A column of texts, cut into words: runs of letters, digits and marks of Unicode.
 */
export interface FittedText {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * A column of texts.
   */
  kind: 'text';
  /**
   * "tokens": ids of words in order, 0 for padding and 1 for unknown words. "bag": counts of words. "tf-idf": these, weighted and of length 1. "hashed-bag": counts by bucket.
   */
  method: 'tokens' | 'bag' | 'tf-idf' | 'hashed-bag';
  /**
   * Whether words are made lower case.
   */
  lower_case: boolean;
  /**
   * Present where words are what stands between spaces: tags go by them, one for each. Absent: runs of letters, digits and marks.
   */
  split?: 'spaces';
  /**
   * Elements of the tensor that comes of it: ids, words or buckets.
   */
  size: number;
  /**
   * The vocabulary. Of "tokens", the first word has id 2; of "bag" and "tf-idf", index 0. Empty for "hashed-bag".
   */
  words: FittedWord[];
}
/**
 * A word of the vocabulary.
 */
export interface FittedWord {
  /**
   * The word.
   */
  word: string;
  /**
   * Rows of train that have it.
   */
  rows: number;
}
/**
 * A column of texts, cut into pieces of words.
 */
export interface FittedPieces {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * A column of texts, cut into pieces of words.
   */
  kind: 'pieces';
  /**
   * Ids of the tensor that comes of it; a longer text is cut off, a shorter one padded.
   */
  size: number;
  tokenizer: FittedTokenizer;
}
/**
 * How texts become numbers of pieces: trained on train, or read from a file.
 */
export interface FittedTokenizer {
  /**
   * "wordpiece": the longest pieces that fit, from the left. "bpe": bytes, joined by merges.
   */
  model: 'wordpiece' | 'bpe';
  /**
   * What becomes of a text first, in order.
   */
  steps: (
    'NFC' | 'NFD' | 'NFKC' | 'NFKD' | 'clean' | 'ideographs' | 'strip-accents' | 'strip-marks' | 'lowercase' | 'strip'
  )[];
  /**
   * How it is cut into words.
   */
  split: 'bert' | 'gpt-2';
  /**
   * Whether a space is put before a text that begins with none.
   */
  prefix_space: boolean;
  /**
   * The pieces; the index of each is its id.
   */
  vocabulary: string[];
  /**
   * Of "bpe": the pairs that are joined, those of the earliest merges first, a space between the two. Else empty.
   */
  merges: string[];
  /**
   * Id of what is in no piece; null where there is nothing of the kind.
   */
  unknown: number | null;
  /**
   * Characters of a word at most; a longer one is unknown. Of "wordpiece".
   */
  longest: number;
  /**
   * Pieces that are found in a text as they are, before anything becomes of it.
   */
  special: SpecialPiece[];
  /**
   * Ids that are put before each text, as that of [CLS].
   */
  before: number[];
  /**
   * Ids that are put after each text, as that of [SEP].
   */
  after: number[];
  /**
   * Id that fills a row.
   */
  pad: number;
}
export interface SpecialPiece {
  /**
   * The piece.
   */
  piece: string;
  /**
   * Whether white space before it belongs to it.
   */
  left: boolean;
  /**
   * Whether white space after it belongs to it.
   */
  right: boolean;
}
/**
 * A column of tensors: its normalized value is stored × scale + offset, and then, where the method is by row, what becomes of it within its own row. All elements together count.
 */
export interface FittedTensor {
  /**
   * Name of the column that is read.
   */
  name: string;
  /**
   * A column of tensors.
   */
  kind: 'tensor';
  /**
   * How scale and offset follow from the statistics; "per-image" and "l2" are computed in each row.
   */
  method: 'min-max' | 'standard' | 'per-image' | 'l2' | 'none';
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
   * Factor, a float32.
   */
  scale: number;
  /**
   * Summand, a float32: the value of a stored 0.
   */
  offset: number;
}
/**
 * A column that earlier stages needed, and no model takes.
 */
export interface FittedDropped {
  /**
   * Name of the column that is left out.
   */
  name: string;
  /**
   * A column that is left out.
   */
  kind: 'dropped';
  /**
   * Nothing comes of it.
   */
  method: 'drop';
}
/**
 * A target of numbers that was scaled: its value is stored × divisor + center, or, of "log1p", exp(stored) - 1.
 */
export interface FittedTarget {
  /**
   * Name of the target.
   */
  name: string;
  /**
   * What became of a value.
   */
  method: 'min-max' | 'standard' | 'robust' | 'log1p';
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
   * What was subtracted.
   */
  center: number;
  /**
   * What was divided by.
   */
  divisor: number;
}
