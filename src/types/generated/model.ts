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
  /**
   * What speaks against the network on its data, found before it was trained; absent where nothing does.
   */
  findings?: CardFinding[];
}
export interface CardFinding {
  /**
   * The rule's name.
   */
  id: string;
  /**
   * Whether training was refused for it, were it not let be.
   */
  severity: 'error' | 'warning';
  /**
   * What was seen, with names and numbers.
   */
  evidence: string;
  /**
   * What mends it.
   */
  remedy: string;
  /**
   * Why the user lets it be; absent where nobody said so.
   */
  ignored?: string;
}
