import { type LayersModel, layers as l, type layers, sequential } from '@tensorflow/tfjs-layers';
import { type Outline, outlineOf } from '../../../../src/learn/models/outline.ts';

/** Layers one after the other, on features of a shape. */
export const stack = (inputShape: readonly number[], ...own: readonly layers.Layer[]): Outline =>
  outlineOf(networkOf(inputShape, own));

const networkOf = (inputShape: readonly number[], own: readonly layers.Layer[]): LayersModel =>
  sequential({ layers: [l.inputLayer({ inputShape: [...inputShape] }), ...own] });

export const dense = (units: number, activation?: 'relu' | 'softmax' | 'sigmoid' | 'tanh'): layers.Layer =>
  l.dense({ units, ...(activation && { activation }), name: `dense_${units}` });

export const conv = (filters: number, more: { useBias?: boolean; activation?: 'relu'; strides?: number } = {}) =>
  l.conv2d({ filters, kernelSize: 3, name: `conv_${filters}`, ...more });

export const pool = (poolSize = 2): layers.Layer => l.maxPooling2d({ poolSize });

export const embedding = (inputDim: number, maskZero: boolean): layers.Layer =>
  l.embedding({ inputDim, outputDim: 8, maskZero, inputLength: 200, name: 'words' });

/** The initializer that is usual calls what is in the browser's bundle alone. */
export const lstm = (units: number, returnSequences = false): layers.Layer =>
  l.lstm({ units, returnSequences, recurrentInitializer: 'zeros', name: `lstm_${units}` });

/** A layer that TensorFlow.js does not have, as plain data between two others. */
export const withAttention = ({ layers: own, outputs }: Outline, positions: 'told' | 'not told'): Outline => {
  const [input, words, ...rest] = own;
  const shape = words!.outputShape;
  const made = (name: string, kind: string, from: string) => ({
    ...{ name, kind, config: { num_heads: 2, key_dim: 4 }, inputs: [from], inputShapes: [shape], outputShape: shape },
    parameters: { trainable: 10, frozen: 0 },
  });
  const places = positions === 'told' ? [made('places', 'PositionEmbedding', words!.name)] : [];
  const attention = made('attention', 'MultiHeadAttention', places[0]?.name ?? words!.name);
  const after = rest.map((layer, at) => (at === 0 ? { ...layer, inputs: ['attention'] } : layer));
  return { layers: [input!, words!, ...places, attention, ...after], outputs };
};
