import { tensor as tensorOf } from '@tensorflow/tfjs-core';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { initialize } from '../../../src/learn/models/initialize.ts';
import type { ListParams } from '../../../src/learn/models/list/items.ts';
import type { Model } from '../../../src/learn/models/model.ts';
import { buildNetwork, type ModelParams } from '../../../src/learn/models/presets.ts';
import { stream } from '../../../src/learn/random.ts';
import { listParams, modelParams, type SomeModel } from '../training/defaults.ts';
import { bars, clouds, series, texts } from '../training/examples.ts';

export interface Case {
  readonly name: string;
  readonly examples: Examples;
  readonly params: SomeModel | (Partial<ListParams> & Pick<ListParams, 'layers'>);
}

const images = bars(9, 3);
const words = texts(9, 3);
const waves = series(9, 3);
const points = clouds(9, 3);

/** Every preset, with each of its settings that changes what is computed. */
export const presets: readonly Case[] = [
  { name: 'mlp', examples: points, params: { preset: 'mlp', units: [7, 5], dropout: 0.2 } },
  { name: 'mlp, batch norm', examples: points, params: { preset: 'mlp', units: [7], norm: 'batch' } },
  { name: 'mlp, layer norm', examples: points, params: { preset: 'mlp', units: [7], norm: 'layer' } },
  { name: 'mlp of images', examples: images, params: { preset: 'mlp', units: [5] } },
  { name: 'cnn', examples: images, params: { preset: 'cnn', filters: [4], units: [6], dropout: 0.3 } },
  { name: 'cnn, same, batch norm', examples: images, params: { preset: 'cnn', filters: [4, 5], padding: 'same', norm: 'batch', pool: 3 } }, // biome-ignore format: one case
  { name: 'cnn, group norm', examples: images, params: { preset: 'cnn', filters: [4], norm: 'group' } },
  { name: 'vgg', examples: images, params: { preset: 'vgg', filters: [3, 4], convolutions: 2, units: [6] } },
  { name: 'vgg, batch norm', examples: images, params: { preset: 'vgg', filters: [3], norm: 'batch' } },
  { name: 'resnet', examples: images, params: { preset: 'resnet', filters: [4, 6], blocks: 2 } },
  { name: 'resnet, bottleneck, group norm', examples: images, params: { preset: 'resnet', filters: [2, 4], blocks: 1, block: 'bottleneck', norm: 'group' } }, // biome-ignore format: one case
  { name: 'resnet without norm', examples: images, params: { preset: 'resnet', filters: [4, 4], blocks: 1, norm: 'none' } }, // biome-ignore format: one case
  { name: 'lstm', examples: words, params: { preset: 'lstm', units: [5, 4], embedding: 3, norm: 'layer', dropout: 0.2 } }, // biome-ignore format: one case
  { name: 'lstm, both ways', examples: words, params: { preset: 'lstm', units: [5, 4], embedding: 3, bidirectional: true } }, // biome-ignore format: one case
  { name: 'lstm of series', examples: waves, params: { preset: 'lstm', units: [5] } },
  { name: 'gru', examples: words, params: { preset: 'gru', units: [5, 4], embedding: 3 } },
  { name: 'gru, both ways', examples: words, params: { preset: 'gru', units: [4, 3], embedding: 3, bidirectional: true } }, // biome-ignore format: one case
  { name: 'gru of series', examples: waves, params: { preset: 'gru', units: [5] } },
  { name: 'transformer', examples: words, params: { preset: 'transformer', width: 8, heads: 2, feed_forward: 6, norm: 'first' } }, // biome-ignore format: one case
  { name: 'transformer, causal, normalized after', examples: words, params: { preset: 'transformer', width: 8, heads: 2, blocks: 2, causal: true, norm: 'after' } }, // biome-ignore format: one case
  { name: 'transformer of series', examples: waves, params: { preset: 'transformer', width: 8, heads: 2, positions: 'sinusoidal' } }, // biome-ignore format: one case
  { name: 'bert', examples: words, params: { preset: 'bert', vocabulary: 12, width: 8, blocks: 2, heads: 2, feed_forward: 16, positions: 8, dropout: 0.1 } }, // biome-ignore format: one case
];

const list = (name: string, examples: Examples, layers: ListParams['layers']): Case => ({ name, examples, params: { layers } }); // biome-ignore format: one line

/** Layers that a list may have and no preset has. */
export const lists: readonly Case[] = [
  list('activations', points, [
    ...['relu6', 'elu', 'selu', 'gelu', 'tanh', 'sigmoid', 'hard_sigmoid', 'softmax', 'softplus', 'softsign', 'swish', 'mish'].map((activation) => ({ type: 'Dense', units: 6, activation })), // biome-ignore format: one list
    { type: 'LeakyReLU', alpha: 0.2 },
    { type: 'Dense', units: 5 },
    { type: 'ELU' },
    { type: 'Softmax' },
    { type: 'Dense', units: 4 },
    { type: 'PReLU' },
  ]),
  list('windows over images', images, [
    {
      type: 'ZeroPadding2D',
      padding: [
        [1, 2],
        [0, 1],
      ],
    },
    { type: 'SeparableConv2D', filters: 4, kernel_size: 3, strides: 2, padding: 'same' },
    { type: 'DepthwiseConv2D', kernel_size: 2, depth_multiplier: 2, activation: 'relu' },
    { type: 'Conv2D', filters: 5, kernel_size: [2, 3], padding: 'same', dilation_rate: 2 },
    { type: 'AveragePooling2D', pool_size: 2, strides: 1, padding: 'same' },
    {
      type: 'Cropping2D',
      cropping: [
        [1, 0],
        [0, 1],
      ],
    },
    { type: 'BatchNormalization' },
    { type: 'Activation', activation: 'tanh' },
    { type: 'GlobalMaxPooling2D' },
  ]),
  list('windows over series', waves, [
    { type: 'Conv1D', filters: 4, kernel_size: 3, padding: 'same', activation: 'relu' },
    { type: 'MaxPooling1D', pool_size: 2, strides: 1 },
    { type: 'AveragePooling1D', pool_size: 2, padding: 'same' },
    { type: 'GlobalMaxPooling1D' },
  ]),
  list('shapes', points, [
    { type: 'Dense', units: 6, name: 'start' },
    { type: 'Reshape', target_shape: [2, 3], name: 'pairs' },
    { type: 'Permute', dims: [2, 1], name: 'turned' },
    { type: 'Flatten', name: 'flat' },
    { type: 'Maximum', inputs: ['flat', 'start'], name: 'most' },
    { type: 'Minimum', inputs: ['flat', 'start'], name: 'least' },
    { type: 'Average', inputs: ['most', 'least', 'start'], name: 'mean' },
    { type: 'Multiply', inputs: ['mean', 'most'], name: 'product' },
    { type: 'Concatenate', inputs: ['product', 'least'], name: 'beside' },
    { type: 'RepeatVector', n: 3, name: 'often' },
    { type: 'SimpleRNN', units: 4, name: 'rnn' },
  ]),
  list('masks through merges', words, [
    { type: 'Embedding', output_dim: 4, mask_zero: true, name: 'words' },
    { type: 'Dense', units: 4, inputs: 'words', name: 'left' },
    { type: 'Add', inputs: ['words', 'left'], name: 'sum' },
    { type: 'MultiHeadAttention', num_heads: 2, key_dim: 3, inputs: ['sum', 'words'], name: 'looked' },
    { type: 'Concatenate', inputs: ['looked', 'sum'], name: 'beside' },
    { type: 'Bidirectional', layer: { type: 'SimpleRNN', units: 3, return_sequences: true }, merge_mode: 'sum', name: 'both' }, // biome-ignore format: one layer
    { type: 'GRU', units: 4, reset_after: false, go_backwards: true, return_sequences: true, name: 'gru' },
    { type: 'LSTM', units: 3, go_backwards: true, name: 'lstm' },
  ]),
  list('masking', waves, [
    { type: 'Masking', mask_value: 0.5 },
    { type: 'GRU', units: 4, return_sequences: true },
    { type: 'GlobalAveragePooling1D' },
  ]),
];

/** The model of a case, with weights of a seed; biases and statistics are none that a new network has. */
export const modelOf = ({ examples, params }: Case): Model => {
  const { featureShape, featureNames, classes, vocabulary, targetName } = examples;
  const shape = { features: featureShape, outputs: classes?.length ?? 1, vocabulary };
  const all: ModelParams = 'layers' in params ? listParams({ head: true, ...params }) : modelParams(params);
  const network = buildNetwork(all, shape, { seed: 1, step: 0 });
  initialize(network, 1);
  const random = stream(7);
  for (const weight of network.weights) {
    const values = weight.read().dataSync();
    const isSpread = weight.originalName.endsWith('variance');
    const moved = Float32Array.from(values, (value) => value + (isSpread ? random.next() : 0.1 * random.normal()));
    weight.write(tensorOf(moved, weight.shape as number[]));
  }
  return {
    network,
    card: {
      ...{ format: 'stemma-model-v1', features: { shape: [...featureShape], names: [...featureNames] } },
      ...{ target: targetName!, classes: classes && [...classes], output: classes === null ? 'values' : 'logits' },
      parameters: network.countParams(),
    },
  };
};
