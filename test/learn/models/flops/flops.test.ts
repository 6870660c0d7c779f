import {
  type LayersModel,
  layers as l,
  type layers,
  model,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { flopsOf } from '../../../../src/learn/models/flops.ts';
import { outlineOf } from '../../../../src/learn/models/outline.ts';
import { choices } from '../../backends/on-backend.ts';
import golden from './golden.json' with { type: 'json' };

// golden.json holds what TensorFlow's profiler counts in the same layers of Keras: see golden.py.

beforeAll(async () => {
  await startBackend(choices.cpu);
});

const stack = (inputShape: readonly number[], own: readonly layers.Layer[]): LayersModel =>
  sequential({ layers: [l.inputLayer({ inputShape: [...inputShape] }), ...own] });

const total = (network: LayersModel): number =>
  outlineOf(network).layers.reduce((sum, layer) => sum + flopsOf(layer)!, 0);

/** The one that is usual calls what is in the browser's bundle alone. */
const recurrentInitializer = 'zeros';

const same: Readonly<Record<string, () => layers.Layer[]>> = {
  dense: () => [l.dense({ units: 5 })],
  'dense without bias': () => [l.dense({ units: 5, useBias: false })],
  'dense on steps': () => [l.dense({ units: 5 })],
  conv2d: () => [l.conv2d({ filters: 4, kernelSize: [3, 2] })],
  'conv2d, strides and same': () => [
    l.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
  ],
  conv1d: () => [l.conv1d({ filters: 4, kernelSize: 3 })],
  depthwise: () => [l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })],
  separable: () => [l.separableConv2d({ filters: 5, kernelSize: 3 })],
  transpose: () => [l.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', useBias: false })],
  'max pooling': () => [l.maxPooling2d({ poolSize: 2 })],
  'average pooling': () => [l.averagePooling2d({ poolSize: [3, 2] })],
  'global pooling': () => [l.globalAveragePooling2d({})],
  softmax: () => [l.softmax()],
  cnn: () => [
    l.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
    l.maxPooling2d({ poolSize: 2 }),
    l.conv2d({ filters: 32, kernelSize: 3 }),
    l.reLU(),
    l.maxPooling2d({ poolSize: 2 }),
    l.flatten(),
    l.dense({ units: 64, activation: 'relu' }),
    l.dense({ units: 10 }),
  ],
  'simple rnn': () => [l.simpleRNN({ units: 4, recurrentInitializer })],
  lstm: () => [l.lstm({ units: 4, recurrentInitializer })],
  gru: () => [l.gru({ units: 4, recurrentInitializer })],
  'bidirectional lstm': () => [
    l.bidirectional({ layer: l.lstm({ units: 4, recurrentInitializer }) as never, mergeMode: 'concat' }),
  ],
};

describe('as many operations as TensorFlow’s profiler counts:', () => {
  it.each(Object.keys(same))('%s', (name) => {
    const { shape, flops } = golden.cases[name as keyof typeof golden.cases];
    expect(total(stack(shape, same[name]!()))).toBe(flops);
  });

  it('attention, and the two products of which its Einsum does not tell', () => {
    const layer = {
      kind: 'MultiHeadAttention',
      config: { num_heads: 2, key_dim: 4 },
      inputShapes: [[6, 8]],
      outputShape: [6, 8],
    };
    const products = 2 * (2 * 2 * 6 * 6 * 4);
    expect(flopsOf(layer)).toBe(golden.cases.attention.flops + products);
  });
});

describe('an outline', () => {
  it('counts what each position of a series takes', () => {
    const once = total(stack([7], [l.dense({ units: 5 })]));
    expect(total(stack([4, 7], [l.timeDistributed({ layer: l.dense({ units: 5 }) })]))).toBe(4 * once);
  });

  it('does not guess', () => {
    expect(flopsOf({ kind: 'ConvLSTM2D', config: {}, inputShapes: [[2, 3]], outputShape: [3] })).toBeNull();
    expect(flopsOf({ kind: 'constructor', config: {}, inputShapes: [[2, 3]], outputShape: [3] })).toBeNull();
  });

  it('has Keras’s names, who feeds whom, and what is frozen', () => {
    const input = l.input({ shape: [4] }) as SymbolicTensor;
    const left = l.dense({ units: 3, name: 'left' }).apply(input) as SymbolicTensor;
    const norm = l.batchNormalization({ name: 'norm' }).apply(left) as SymbolicTensor;
    const frozen = l.dense({ units: 3, useBias: false, name: 'frozen', trainable: false });
    const sum = l.add({ name: 'sum' }).apply([norm, frozen.apply(input) as SymbolicTensor]) as SymbolicTensor;
    const { layers: own, outputs } = outlineOf(model({ inputs: input, outputs: sum }));
    expect(outputs).toEqual(['sum']);
    const seen = own.map(({ name, inputs, outputShape, parameters }) => [name, inputs, outputShape, parameters]);
    expect(seen.slice(1)).toEqual([
      ['left', [own[0]!.name], [3], { trainable: 15, frozen: 0 }],
      ['norm', ['left'], [3], { trainable: 6, frozen: 6 }],
      ['frozen', [own[0]!.name], [3], { trainable: 0, frozen: 12 }],
      ['sum', ['norm', 'frozen'], [3], { trainable: 0, frozen: 0 }],
    ]);
    expect(own.find(({ name }) => name === 'left')!.config).toMatchObject({
      units: 3,
      use_bias: true,
      activation: 'linear',
    });
  });

  it('takes a model within a model apart', () => {
    const inner = sequential({
      name: 'trunk',
      layers: [l.dense({ units: 3, inputShape: [4], name: 'a' }), l.reLU({ name: 'b' })],
    });
    inner.trainable = false;
    const outer = sequential({ layers: [inner, l.dense({ units: 2, name: 'head' })] });
    const own = outlineOf(outer).layers.filter(({ kind }) => kind !== 'InputLayer');
    expect(own.map(({ name, inputs }) => [name, ...inputs])).toEqual([
      ['trunk/a'],
      ['trunk/b', 'trunk/a'],
      ['head', 'trunk/b'],
    ]);
    expect(own.map(({ parameters }) => parameters.trainable)).toEqual([0, 0, 8]);
    expect(total(outer)).toBe(3 * 9 + 2 * 7);
  });
});
