import type { Tensor } from '../data/safetensors.ts';

/** Weights as a file of another training has them, in memory. */
export interface Weights {
  /** What the file is. */
  readonly kind: WeightsKind;
  /** Which axes the kernels have; null where the file does not tell. */
  readonly layout: Layout | null;
  /** By the names that the file gives them, or that follow from it; float32, row by row. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Names of tensors of whole numbers, as counters and positions: no weights, so they are not read. */
  readonly integers: readonly string[];
  /** The network's description, where the file has one: Keras's JSON. */
  readonly architecture: unknown;
}

export type WeightsKind = 'layers-model' | 'keras-h5' | 'keras-weights' | 'keras' | 'safetensors';

/**
 * `keras`: a dense kernel is [inputs, outputs], a convolution's [height, width, channels, filters], and flattening goes
 * pixel by pixel. `pytorch`: [outputs, inputs], [filters, channels, height, width], channel by channel.
 */
export type Layout = 'keras' | 'pytorch';

/** Product of the sizes. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
