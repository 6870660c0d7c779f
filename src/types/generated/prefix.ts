/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What the first layers of a pretrained network take and give: the file prefix.json in the out `prefix` of embed, beside the TensorFlow.js layers model itself (model.json, weights.bin).
 */
export interface PrefixCard {
  /**
   * Format and version of this file.
   */
  format: 'stemma-prefix-v1';
  /**
   * What the layers take, as a data set hands it on.
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
   * Name of the column that the data sets have which were made by these layers; its digits are of the layers and their weights, so that no others are taken for them.
   */
  column: string;
  /**
   * Shape of what the layers make of one example.
   */
  shape: number[];
  /**
   * Where they are from.
   */
  pretrained: {
    /**
     * Name of the file that the weights are from.
     */
    file: string;
    /**
     * The file's sha256; of several files, that of what sha256sum prints of them, sorted by name.
     */
    sha256: string;
    /**
     * Name of the last layer that was taken.
     */
    cut: string;
    /**
     * How each channel became one number there.
     */
    pooling: 'avg' | 'max' | 'none';
  };
}
