import { type LayersModel, layers as make, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import type { Tensor } from '../../../src/learn/data/safetensors.ts';
import { type LoadOptions, loadPretrained } from '../../../src/learn/pretrained/load.ts';
import { type ReadWeights, readWeights } from '../../../src/learn/pretrained/read-weights.ts';
import { transpose } from '../../../src/learn/pretrained/transpose.ts';
import { choices } from '../backends/on-backend.ts';
import { distance, fileOf, networks } from './networks.ts';

beforeAll(() => startBackend(choices.cpu));

const load = (network: LayersModel, weights: ReadWeights, options: Partial<LoadOptions> = {}) =>
  loadPretrained(network, weights, { map: [], allowMissing: [], layout: undefined, ...options });

const renamed = async (change: (name: string) => string): Promise<ReadWeights> => {
  const weights = await readWeights(fileOf('wide.safetensors'));
  return { ...weights, tensors: new Map([...weights.tensors].map(([name, tensor]) => [change(name), tensor])) };
};

const without = async (name: string): Promise<ReadWeights> => {
  const weights = await readWeights(fileOf('wide.safetensors'));
  return { ...weights, tensors: new Map([...weights.tensors].filter(([each]) => each !== name)) };
};

const kernelOf = (network: LayersModel, name: string): readonly number[] => [
  ...network.weights
    .find(({ originalName }) => originalName === name)!
    .read()
    .dataSync(),
];

describe('the rules of a mapping', () => {
  it('rename by pattern, with groups, and by prefix; the first that fits is taken', async () => {
    const weights = await renamed((name) => (name.startsWith('conv') ? `backbone.stage0.${name}` : `top.${name}`));
    const network = networks.wide();
    const map = [
      { from: 'backbone\\.stage(\\d+)\\.conv_1\\.(.*)', to: 'conv_1.$2' },
      { prefix: 'top.', to: '' },
      { prefix: 'top', to: 'never' },
    ];
    expect(() => load(network, weights, { map })).toThrow(
      /the rule { "prefix": "top" } of pretrained.map fits no name/,
    );
    const report = load(network, weights, { map: map.slice(0, 2) });
    expect(report.loaded.map(({ name, from }) => [name, from])).toEqual([
      ['conv_1/kernel', 'backbone.stage0.conv_1.weight'],
      ['conv_1/bias', 'backbone.stage0.conv_1.bias'],
      ['head/kernel', 'top.head.weight'],
      ['head/bias', 'top.head.bias'],
    ]);
    expect(distance(network, 'images', 'torch wide')).toBeLessThan(1e-5);
  });

  it('leave out what is renamed to null', async () => {
    const report = load(networks.wide(), await readWeights(fileOf('wide.safetensors')), {
      map: [{ prefix: 'head.', to: null }],
      allowMissing: ['head/.*'],
    });
    expect(report).toMatchObject({
      missing: ['head/kernel', 'head/bias'],
      left_out: ['head.bias', 'head.weight'],
      unexpected: [],
    });
  });

  it('are refused where they are no regular expressions', async () => {
    const map = [{ from: '(', to: 'x' }];
    expect(() => load(networks.wide(), { ...wide, tensors: new Map() }, { map })).toThrow(/params.pretrained.map: /);
  });
});

const wide: Omit<ReadWeights, 'tensors'> = {
  ...{ kind: 'safetensors', layout: 'keras', integers: [], architecture: null },
  ...{ file: 'x.safetensors', sha256: '0'.repeat(64) },
};

describe('what does not fit', () => {
  it('is an error that names what is missing and what is left over, and writes nothing', async () => {
    const network = networks.wide();
    const before = kernelOf(network, 'conv_1/kernel');
    const weights = await renamed((name) => name.replace('head', 'classifier'));
    expect(() => load(network, weights)).toThrow(
      /2 weights of the network are not in wide\.safetensors: head\/kernel, head\/bias; .*classifier\.bias, classifier\.weight/,
    );
    expect(kernelOf(network, 'conv_1/kernel')).toEqual(before);
  });

  it('is listed where it may be missing', async () => {
    const report = load(networks.wide(), await without('head.bias'), { allowMissing: ['head/bias'] });
    expect(report.missing).toEqual(['head/bias']);
    expect(report.loaded).toHaveLength(3);
  });

  it('is told by its shapes, and is listed where it may be missing', async () => {
    const weights = await readWeights(fileOf('wide.safetensors'));
    const tensors = new Map([...weights.tensors, ['head.bias', { shape: [2], data: new Float32Array(2) }]]);
    expect(() => load(networks.wide(), { ...weights, tensors })).toThrow(
      /1 weight of wide.safetensors do not fit the network: "head\/bias" is \[4\], "head.bias" is \[2\]/,
    );
    const report = load(networks.wide(), { ...weights, tensors }, { allowMissing: ['head/bias'] });
    expect(report.misshapen).toEqual([{ name: 'head/bias', from: 'head.bias', expected: [4], found: [2] }]);
  });

  it('is an error where nothing is taken at all, or nothing could be allowed', async () => {
    const none = await renamed((name) => `x.${name}`);
    const allowMissing = ['.*'];
    expect(() => load(networks.wide(), none, { allowMissing })).toThrow(
      /no weight of the network is in wide.safetensors/,
    );
    expect(() => load(networks.wide(), none, { allowMissing: ['haed/.*'] })).toThrow(
      /"haed\/\.\*" of pretrained\.allow_missing fits no weight/,
    );
  });

  it('is an error where two tensors are for one weight', async () => {
    const weights = await readWeights(fileOf('wide.safetensors'));
    const tensors = new Map([...weights.tensors, ['head/kernel', { shape: [48, 4], data: new Float32Array(192) }]]);
    expect(() => load(networks.wide(), { ...weights, tensors })).toThrow(
      /two tensors are for the weight "head\/kernel": "head.weight" and "head\/kernel"/,
    );
  });

  it('is an error where a weight is no finite number', async () => {
    const weights = await readWeights(fileOf('wide.safetensors'));
    const tensors = new Map([
      ...weights.tensors,
      ['head.bias', { shape: [4], data: Float32Array.of(0, 1, Number.NaN, 0) }],
    ]);
    expect(() => load(networks.wide(), { ...weights, tensors })).toThrow(/"head.bias" is not made of finite numbers/);
  });

  it('is an error where the layer computes otherwise, though the shapes are right', () => {
    const network = sequential({
      layers: [make.gru({ units: 2, recurrentInitializer: 'zeros', inputShape: [3, 4], name: 'gru_1' })],
    });
    const of = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)) });
    const tensors = new Map([
      ['gru_1.weight_ih_l0', of(6, 4)],
      ['gru_1.weight_hh_l0', of(6, 2)],
      ['gru_1.bias_ih_l0', of(6)],
      ['gru_1.bias_hh_l0', of(6)],
    ]);
    expect(() => load(network, { ...wide, layout: 'pytorch', tensors })).toThrow(
      /3 weights of x.safetensors do not fit .*PyTorch's GRU resets after the product/,
    );
  });

  it('asks for the layout where nothing tells it', () => {
    const tensors = new Map([['a', { shape: [1], data: new Float32Array(1) }]]);
    expect(() => load(networks.wide(), { ...wide, layout: null, tensors })).toThrow(/say it by pretrained.layout/);
  });
});

describe('transpose', () => {
  it('gives every element the place that the order of axes says', () => {
    const tensor: Tensor = { shape: [2, 3, 4], data: Float32Array.from({ length: 24 }, (_, i) => i) };
    const moved = transpose(tensor, [2, 0, 1]);
    expect(moved.shape).toEqual([4, 2, 3]);
    for (let a = 0; a < 2; a += 1)
      for (let b = 0; b < 3; b += 1)
        for (let c = 0; c < 4; c += 1) expect(moved.data[c * 6 + a * 3 + b]).toBe(a * 12 + b * 4 + c);
  });
});
