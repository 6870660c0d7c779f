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
   * Where the layers name their inputs: each in the network's order. A row's features are theirs, one input after the other. Absent: the network has one input, which takes all features.
   *
   * @minItems 1
   */
  inputs?: [CardInput, ...CardInput[]];
  /**
   * Name of the column that the model predicts, or names of several: see targets.
   */
  target: string | [string, string, ...string[]];
  /**
   * Where what is predicted is not one category or one number: each target, in the order in which their outputs follow each other.
   *
   * @minItems 1
   */
  targets?: [CardTarget, ...CardTarget[]];
  /**
   * The classes in the order of the outputs; null where the target is no category, or `targets` tells of it.
   */
  classes: string[] | null;
  /**
   * What the network itself puts out: logits, of which softmax makes probabilities of the classes, values of the target, or what `targets` says, one after the other.
   */
  output: 'logits' | 'values' | 'several';
  /**
   * Number of weights.
   */
  parameters: number;
  /**
   * What speaks against the network on its data, found before it was trained; absent where nothing does.
   */
  findings?: CardFinding[];
}
export interface CardInput {
  /**
   * Name of the input layer.
   */
  name: string;
  /**
   * Shape of what it takes of one example.
   */
  shape: number[];
  /**
   * The feature columns that it takes, in order.
   *
   * @minItems 1
   */
  columns: [string, ...string[]];
  /**
   * Where it takes ids of tokens: how many ids there are; 0 pads.
   */
  vocabulary?: number;
}
export interface CardTarget {
  /**
   * Name of the column.
   */
  name: string;
  /**
   * "classes": softmax of its outputs makes probabilities of classes. "labels": sigmoid of each makes the probability of a label. "tags": the outputs are those of the steps of a sequence, one step after the other, and softmax makes probabilities of the tag of each. "number", "numbers": its outputs are a value, or those of a tensor.
   */
  kind: 'classes' | 'labels' | 'tags' | 'number' | 'numbers';
  /**
   * How many of the network's outputs are its own.
   */
  outputs: number;
  /**
   * Classes, labels or tags, in the order of its outputs; absent where they are numbers.
   */
  classes?: string[];
  /**
   * Shape of a tensor; of tags [steps]; absent for all others.
   */
  shape?: number[];
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
