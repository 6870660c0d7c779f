import { bytesFor, rounded } from './encoding.ts';
import type { Encoding, Weight } from './graph/graph.ts';
import type { NetworkWeights } from './layers/given.ts';

/** Fewer bytes for the weights: half of them, or a quarter. */
export type Quantization = Encoding['kind'];

/**
 * Weights as they come back of a file that holds them in fewer bytes. float16: all of them, each the nearest that there is.
 * uint8: kernels and embeddings, which are nearly all of a network, each by its own scale, as whole numbers from 0 to 255;
 * biases and statistics, of one axis, stay as they are.
 */
export const quantized = (weights: NetworkWeights, kind: Quantization): NetworkWeights =>
  new Map([...weights].map(([variable, weight]) => [variable, quantizedOne(weight, kind)]));

const quantizedOne = (weight: Weight, kind: Quantization): Weight => {
  if (kind === 'uint8' && weight.shape.length < 2) return weight;
  const encoding = kind === 'float16' ? ({ kind } as const) : bytesFor(weight.values);
  return { ...weight, values: rounded(weight.values, encoding), encoding };
};
