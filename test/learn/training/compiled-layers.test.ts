import * as tf from '@tensorflow/tfjs-core';
import { input, type LayersModel, layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { BatchNorm } from '../../../src/learn/models/batch-norm.ts';
import { type MaskSource, SeededDropout } from '../../../src/learn/models/dropout.ts';
import { GroupNorm } from '../../../src/learn/models/layers/group-norm.ts';
import { LayerNorm } from '../../../src/learn/models/layers/layer-norm.ts';
import { connectMasks } from '../../../src/learn/models/layers/masks.ts';
import { MultiHeadAttention } from '../../../src/learn/models/layers/multi-head-attention.ts';
import { MaskedAveragePooling } from '../../../src/learn/models/layers/pooling.ts';
import { PositionEmbedding, SinusoidalPosition } from '../../../src/learn/models/layers/position.ts';
import { GRU, LSTM, SimpleRNN } from '../../../src/learn/models/layers/recurrent.ts';
import { registerLayers } from '../../../src/learn/models/layers/register.ts';
import { SpatialDropout1D } from '../../../src/learn/models/layers/spatial-dropout.ts';
import { TransformerBlock } from '../../../src/learn/models/layers/transformer-block.ts';
import { Network } from '../../../src/learn/models/network.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import { tensorflow, withTensorflow } from '../../rig/tensorflow.ts';
import { type Case, distance, examplesOf, trained } from './both-ways.ts';
import { optimizerParams } from './defaults.ts';

type Layer = layers.Layer;
type Parts = (masks: MaskSource) => readonly Layer[];

const activations = ['elu', 'hardSigmoid', 'linear', 'relu', 'relu6', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign', 'tanh', 'swish', 'mish'] as const; // biome-ignore format: one list

/** The default draws by a method that tensors have only with all of TensorFlow.js; the test draws all weights itself. */
const recurrent = (units: number) => ({ units, recurrentInitializer: 'glorotUniform' }) as const;

const conv = (args: object): Layer => layers.conv2d({ filters: 3, kernelSize: 3, ...args });

/** What takes sequences of words, in which id 0 is padding. */
const onWords: Readonly<Record<string, () => readonly Layer[]>> = {
  'our simple RNN': () => [new SimpleRNN({ units: 3, name: 'rnn' })],
  'our LSTM with dropout': () => [new LSTM({ units: 3, dropout: 0.2, recurrentDropout: 0.2, name: 'lstm' })],
  'our GRU': () => [new GRU({ units: 3, name: 'gru' })],
  'masked pooling, spatial dropout': () => [
    new SpatialDropout1D({ rate: 0.2, name: 'drop' }),
    new MaskedAveragePooling({ name: 'pool' }),
  ],
  'attention with positions': () => [
    new PositionEmbedding({ maxLength: 8, name: 'learned' }),
    new SinusoidalPosition({ name: 'waves' }),
    new MultiHeadAttention({ numHeads: 2, keyDim: 3, dropout: 0.2, name: 'attention' }),
    new MaskedAveragePooling({ name: 'pool' }),
  ],
  'transformer block': () => [
    new TransformerBlock({ numHeads: 2, intermediateDim: 5, dropout: 0.2, activation: 'gelu', name: 'block' }),
    new MaskedAveragePooling({ name: 'pool' }),
  ],
};

/** What lies between the features and the head. */
const kinds: Readonly<Record<string, readonly [shape: readonly number[], parts: Parts, words?: number]>> = {
  dense: [[5], () => [layers.dense({ units: 4 })]],
  'dense without bias': [[5], () => [layers.dense({ units: 4, useBias: false })]],
  'dense on sequences': [[4, 3], () => [layers.dense({ units: 4, activation: 'relu' }), layers.flatten()]],
  ...Object.fromEntries(
    activations.map((activation) => [
      `dense with ${activation}`,
      [[5], () => [layers.dense({ units: 4, activation })]] as const,
    ]),
  ),
  'conv2d, valid': [[8, 8, 2], () => [conv({}), layers.flatten()]],
  'conv2d, same, with relu': [[8, 8, 2], () => [conv({ padding: 'same', activation: 'relu' }), layers.flatten()]],
  'conv2d, stride 2': [[8, 8, 2], () => [conv({ strides: 2 }), layers.flatten()]],
  'conv2d, same, stride 2': [[7, 7, 2], () => [conv({ padding: 'same', strides: 2 }), layers.flatten()]],
  'conv2d, windows of 1 and of 2×3': [
    [8, 8, 2],
    () => [conv({ kernelSize: 1 }), conv({ kernelSize: [2, 3], useBias: false }), layers.flatten()],
  ],
  'two conv2d': [[8, 8, 1], () => [conv({ activation: 'relu' }), conv({ activation: 'tanh' }), layers.flatten()]],
  conv1d: [[8, 3], () => [layers.conv1d({ filters: 4, kernelSize: 3 }), layers.flatten()]],
  conv2dTranspose: [[5, 5, 2], () => [layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }), layers.flatten()]], // biome-ignore format: one case
  depthwiseConv2d: [[6, 6, 2], () => [layers.depthwiseConv2d({ kernelSize: 3 }), layers.flatten()]],
  separableConv2d: [[6, 6, 2], () => [layers.separableConv2d({ filters: 3, kernelSize: 3 }), layers.flatten()]],
  'max-pooling': [[8, 8, 2], () => [conv({}), layers.maxPooling2d({ poolSize: 2 }), layers.flatten()]],
  'max-pooling, same, stride 1': [
    [8, 8, 2],
    () => [conv({}), layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 'same' }), layers.flatten()],
  ],
  'average-pooling': [[8, 8, 2], () => [conv({}), layers.averagePooling2d({ poolSize: 2 }), layers.flatten()]],
  'global average-pooling': [[8, 8, 2], () => [conv({}), layers.globalAveragePooling2d({})]],
  'global max-pooling': [[8, 8, 2], () => [conv({}), layers.globalMaxPooling2d({})]],
  'reshape, permute, padding, upsampling': [
    [4, 6],
    () => [
      layers.reshape({ targetShape: [4, 3, 2] }),
      layers.permute({ dims: [2, 1, 3] }),
      layers.zeroPadding2d({ padding: 1 }),
      layers.upSampling2d({ size: [2, 2] }),
      conv({}),
      layers.globalAveragePooling2d({}),
    ],
  ],
  dropout: [
    [5],
    (source) => [
      layers.dense({ units: 8, activation: 'relu' }),
      new SeededDropout({ rate: 0.4, source, name: 'dropout_a' }),
      layers.dense({ units: 8 }),
      new SeededDropout({ rate: 0.2, source, name: 'dropout_b' }),
    ],
  ],
  'batch normalization of images': [
    [8, 8, 2],
    () => [conv({ useBias: false }), new BatchNorm({ name: 'norm' }), layers.reLU(), layers.flatten()],
  ],
  'batch normalization of columns': [
    [5],
    () => [layers.dense({ units: 4, useBias: false }), new BatchNorm({ name: 'norm' })],
  ],
  'TensorFlow.js’s own batch normalization': [
    [5],
    () => [layers.dense({ units: 4, useBias: false }), layers.batchNormalization({})],
  ],
  'layer normalization': [[5], () => [layers.dense({ units: 4 }), layers.layerNormalization({})]],
  'leaky ReLU, PReLU, ELU, softmax': [
    [5],
    () => [
      layers.dense({ units: 4 }),
      layers.leakyReLU({}),
      layers.dense({ units: 4 }),
      layers.prelu({}),
      layers.dense({ units: 4 }),
      layers.elu({}),
      layers.softmax({}),
    ],
  ],
  embedding: [[6], () => [layers.embedding({ inputDim: 9, outputDim: 3 }), layers.flatten()], 9],
  ...Object.fromEntries(
    Object.entries(onWords).map(([name, part]) => [
      `${name}, with padding masked`,
      [
        [6],
        () => [layers.embedding({ inputDim: 9, outputDim: 4, maskZero: true, name: 'words' }), ...part()],
        9,
      ] as const,
    ]),
  ),
  'our layer norm, group norm': [
    [4, 6],
    () => [new LayerNorm({ name: 'norm' }), new GroupNorm({ groups: 2, name: 'groups' }), layers.flatten()],
  ],
  'simple RNN': [[4, 3], () => [layers.simpleRNN(recurrent(4))]],
  LSTM: [[4, 3], () => [layers.lstm(recurrent(4))]],
  'LSTM that hands sequences on': [
    [4, 3],
    () => [layers.lstm({ ...recurrent(3), returnSequences: true }), layers.flatten()],
  ],
  GRU: [[4, 3], () => [layers.gru(recurrent(4))]],
  'a bidirectional GRU': [
    [4, 3],
    () => [layers.bidirectional({ layer: layers.gru(recurrent(3)), mergeMode: 'concat' })],
  ],
};

const sgd = makeOptimizer(optimizerParams({ name: 'sgd', rate: 0.02, momentum: 0.9 }));

const networkOf = (shape: readonly number[], parts: readonly Layer[], outputs: number): LayersModel => {
  const features = input({ shape: [...shape] });
  const head = layers.dense({ units: outputs, name: 'head' });
  const last = [...parts, head].reduce((value, layer) => layer.apply(value) as SymbolicTensor, features);
  return new Network({ inputs: features, outputs: last, name: 'network' });
};

const caseOf = (name: string): Omit<Case, 'compile'> => {
  const [shape, parts, words] = kinds[name]!;
  return {
    build: (masks) => {
      const network = networkOf(shape, parts(masks), 3);
      connectMasks(network, masks);
      return network;
    },
    train: examplesOf(shape, words === undefined ? {} : { words }),
    optimizer: sgd,
  };
};

describe.skipIf(tensorflow === undefined)(withTensorflow('a compiled step is the eager step'), () => {
  beforeAll(async () => {
    // As in every process that reads or builds a network: TensorFlow.js's Bidirectional then makes its two of our GRU.
    registerLayers();
    await startBackend(tensorflow!);
  });

  // Losses, weights and momentum after two epochs of 8, 8 and 5 rows; float32 sums in another order.
  test.each(Object.keys(kinds))('%s', async (name) => {
    const eager = await trained({ ...caseOf(name), compile: false });
    const compiled = await trained({ ...caseOf(name), compile: true });
    expect([eager.way, compiled.way, compiled.reason]).toEqual(['eager', 'compiled', undefined]);
    expect(eager.losses.at(-1)).not.toBe(eager.losses[0]);
    expect(distance(eager, compiled)).toBeLessThan(1e-4);
  });

  test('the same, twice, has the same bits', async () => {
    const once = await trained({ ...caseOf('dropout'), compile: true });
    const again = await trained({ ...caseOf('dropout'), compile: true });
    expect(again).toEqual(once);
  });
});

describe.skipIf(tensorflow === undefined)(withTensorflow('a step that cannot be one graph is taken op by op'), () => {
  beforeAll(async () => {
    await startBackend(tensorflow!);
  });

  const falling = (parts: Parts): Promise<unknown> =>
    trained({
      build: (masks) => networkOf([5], parts(masks), 3),
      train: examplesOf([5], {}),
      optimizer: sgd,
      compile: true,
    });

  test('numbers that are drawn in JavaScript', async () => {
    expect(await falling(() => [layers.dense({ units: 4 }), layers.dropout({ rate: 0.5 })])).toMatchObject({
      way: 'eager',
      reason: "something in it changes from step to step by itself (in TensorFlow's Const)",
    });
  });

  test('values that are looked at on the way', async () => {
    class Peeking extends layers.Layer {
      static readonly className = 'Peeking';
      override call(inputs: Parameters<Layer['call']>[0]) {
        const x = Array.isArray(inputs) ? inputs[0]! : inputs;
        return x.dataSync()[0]! > 1e9 ? tf.mul(x, 2) : x;
      }
    }
    expect(await falling(() => [layers.dense({ units: 4 }), new Peeking({ name: 'peeking' })])).toMatchObject({
      way: 'eager',
      reason: 'the step looks at values that it has computed',
    });
  });
});
