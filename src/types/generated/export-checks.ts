/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What the variants of an exported model say, held against the model: checks.json of the stage type export.
 */
export interface ExportChecks {
  /**
   * Format and version of this file.
   */
  format: 'stemma-export-checks-v1';
  /**
   * Whether ONNX and SavedModel take raw columns, with what was fitted inside, or the features that normalize makes.
   */
  preprocessing: 'inside' | 'outside';
  /**
   * What was fitted that neither ONNX nor SavedModel can say, and that has to be done before.
   */
  left_out: string[];
  /**
   * Examples of the dep sample that were predicted; 0 without it.
   */
  rows: number;
  /**
   * By what they were judged: the share of right classes, of words with the right tag, or of lists that are right as a whole, each taken by the thresholds that the dep evaluation has chosen; or the mean absolute error in the target's unit; null where the sample has no target, or there is none.
   */
  metric: 'accuracy' | 'subset_accuracy' | 'mae' | null;
  /**
   * That metric of the model itself.
   */
  reference: number | null;
  /**
   * Each format with its weights as they are and in fewer bytes.
   */
  variants: VariantCheck[];
  /**
   * The same as metrics that a gate can ask for: bytes of each variant, and what was lost.
   */
  metrics: {
    [k: string]: number;
  };
}
/**
 * One variant.
 */
export interface VariantCheck {
  /**
   * Name of its folder, as `onnx-uint8`.
   */
  name: string;
  /**
   * Bytes of its files.
   */
  bytes: number;
  /**
   * `files`: it was read back from its files. `graph`: the graph that its file was written of was computed. null: there was no sample.
   */
  computed_by: 'files' | 'graph' | null;
  /**
   * The largest difference of a probability, or of a number, to the model's.
   */
  largest_difference: number | null;
  /**
   * Share of examples, or words, that get the same answer as from the model; null for numbers.
   */
  same_answers: number | null;
  /**
   * The metric.
   */
  metric: number | null;
}
