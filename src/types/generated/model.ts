/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What a model was made for: the file stemma.json in a model's folder, beside the TensorFlow.js layers model itself (model.json, weights.bin).
 */
export interface ModelCard {
  /**
   * Format and version of this file.
   */
  format: 'stemma-model-v1';
  /**
   * What the model takes, as a data set hands it on.
   */
  features: {
    /**
     * Shape of one example's features: [28, 28, 1] for an image, [k] for k columns.
     */
    shape: number[];
    /**
     * Names of the feature columns, in order.
     */
    names: string[];
  };
  /**
   * Name of the column that the model predicts.
   */
  target: string;
  /**
   * The classes in the order of the outputs; null where the target is a number.
   */
  classes: string[] | null;
  /**
   * What the network itself puts out: logits, of which softmax makes probabilities of the classes, or values of the target.
   */
  output: 'logits' | 'values';
  /**
   * Number of weights.
   */
  parameters: number;
}
