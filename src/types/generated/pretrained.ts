/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * Which weights a network took from a file before it was trained, and what was left: the out `pretrained` of train.
 */
export interface Pretrained {
  /**
   * Format and version of this file.
   */
  format: 'stemma-pretrained-v1';
  /**
   * Name of the file that the weights are from.
   */
  file: string;
  /**
   * The file's sha256; of several files, that of what sha256sum prints of them, sorted by name.
   */
  sha256: string;
  /**
   * What the file is.
   */
  kind: 'layers-model' | 'keras-h5' | 'keras-weights' | 'keras' | 'safetensors';
  /**
   * Which axes its kernels have; those of PyTorch were transposed.
   */
  layout: 'keras' | 'pytorch';
  /**
   * Weights that were taken, in the network's order.
   */
  loaded: LoadedWeight[];
  /**
   * Weights of the network that the file has not: they begin as they were drawn.
   */
  missing: string[];
  /**
   * Weights whose tensor did not fit: they begin as they were drawn.
   */
  misshapen: MisshapenWeight[];
  /**
   * Tensors of the file that the network has no weight for.
   */
  unexpected: string[];
  /**
   * Tensors of the file that a rule left out.
   */
  left_out: string[];
  /**
   * Tensors of whole numbers, which are no weights, as counters.
   */
  integers: string[];
}
export interface LoadedWeight {
  /**
   * Name of the network's weight.
   */
  name: string;
  /**
   * Name of the file's tensor.
   */
  from: string;
  /**
   * Shape of the weight.
   */
  shape: number[];
}
export interface MisshapenWeight {
  /**
   * Name of the network's weight.
   */
  name: string;
  /**
   * Name of the file's tensor.
   */
  from: string;
  /**
   * Shape of the weight.
   */
  expected: number[];
  /**
   * Shape of the tensor, as the file has it.
   */
  found: number[];
}
