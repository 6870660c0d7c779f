import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { initialize } from '../../../src/learn/models/initialize.ts';
import { itemsOfArchitecture } from '../../../src/learn/pretrained/architecture.ts';
import { loadPretrained } from '../../../src/learn/pretrained/load.ts';
import { type AnyModelParams, buildAny } from '../../../src/learn/pretrained/network.ts';
import { readWeights } from '../../../src/learn/pretrained/read-weights.ts';
import { choices } from '../backends/on-backend.ts';
import { distance, fileOf, golden } from './networks.ts';

beforeAll(() => startBackend(choices.cpu));

const branched = JSON.parse(readFileSync(join(import.meta.dirname, 'branched.json'), 'utf8')) as Readonly<
  Record<string, { readonly values: readonly number[] }>
>;

/** A network on one of a file, with the weights of it. */
const cutFrom = async (file: string, params: object, shape: object = {}) => {
  const weights = await readWeights(fileOf(file));
  const model = { layers: [], head: true, ...params } as unknown as AnyModelParams;
  const built = buildAny(model, weights, {
    shape: { features: [6, 6, 2], outputs: 4, ...shape },
    masks: { seed: 1, step: 0 },
  });
  initialize(built.network, 3);
  const report = loadPretrained(built.network, weights, { map: [], allowMissing: [], layout: undefined, ...built });
  return { ...built, report };
};

const says = (network: Awaited<ReturnType<typeof cutFrom>>['network']): Float32Array =>
  tf.tidy(() => {
    const { values, shape } = golden['images']!;
    return Float32Array.from((network.apply(tf.tensor([...values], [...shape])) as tf.Tensor).dataSync());
  });

describe('a network that is built anew from its description, whole', () => {
  it.each([
    ['cnn.keras', 'images', 'keras cnn', {}],
    ['cnn.h5', 'images', 'keras cnn', {}],
    ['lstm.keras', 'ids', 'keras lstm', { features: [5], outputs: 2, vocabulary: 12 }],
    ['lstm.h5', 'ids', 'keras lstm', { features: [5], outputs: 2, vocabulary: 12 }],
  ])('says what Keras says: %s', async (file, inputs, outputs, shape) => {
    const { network } = await cutFrom(file, { cut: -1, head: false }, shape);
    expect(distance(network, inputs, outputs)).toBeLessThan(1e-5);
  });

  it.each(['branched.keras', 'branched.h5'])('says what Keras says, with branches: %s', async (file) => {
    const { network, report } = await cutFrom(file, { cut: -1, head: false }, { outputs: 3 });
    for (const [at, value] of says(network).entries()) expect(value).toBeCloseTo(branched['answer']!.values[at]!, 4);
    expect(report).toMatchObject({ missing: [], misshapen: [], unexpected: [], left_out: [] });
    const stem = network.layers.find(({ name }) => name === 'stem')!;
    expect(stem.getConfig()['kernelRegularizer']).toMatchObject({ config: { l1: 0, l2: expect.closeTo(0.01, 8) } });
  });
});

describe('a network that is cut', () => {
  const layers = [{ type: 'Dense', units: 7, activation: 'relu', name: 'hidden' }];

  it('has the layers up to the cut, the pooling, the new ones and a head; what is beyond is left out', async () => {
    const { network, cut, report } = await cutFrom('branched.keras', { cut: 'sum', pooling: 'avg', layers });
    const taken = ['input', 'stem', 'stem_norm', 'stem_relu', 'side', 'sum'];
    expect(network.layers.map(({ name }) => name)).toEqual([...taken, expect.any(String), 'hidden', 'head']);
    expect(network.layers.at(-3)!.getClassName()).toBe('GlobalAveragePooling2D');
    expect([...cut!.taken]).toEqual(taken);
    expect(report.loaded.map(({ name }) => name)).toEqual([
      ...['stem/kernel', 'stem_norm/gamma', 'stem_norm/beta', 'stem_norm/moving_mean', 'stem_norm/moving_variance'],
      ...['side/kernel', 'side/bias'],
    ]);
    // "hidden" of the file is another layer than the new one of that name.
    expect(new Set(report.left_out)).toEqual(new Set(['hidden/kernel', 'hidden/bias', 'answer/kernel', 'answer/bias']));
    expect(report.missing).toEqual([]);
    expect(network.outputs[0]!.shape).toEqual([null, 4]);
  });

  it('hands on at the cut what Keras has there', async () => {
    const flat = [{ type: 'Flatten', name: 'flat' }];
    const { network } = await cutFrom('branched.h5', { cut: 'wide', layers: flat, head: false }, { outputs: 216 });
    for (const [at, value] of says(network).entries()) expect(value).toBeCloseTo(branched['wide']!.values[at]!, 4);
  });

  it('counts from the end', async () => {
    const { cut } = await cutFrom('cnn.keras', { cut: -2 });
    expect([...cut!.taken].at(-1)).toBe('dense_1');
    expect(cut!.left).toEqual(['head']);
  });

  it('takes images of another size, where no layer minds', async () => {
    const { network } = await cutFrom('branched.keras', { cut: 'sum', pooling: 'max' }, { features: [9, 5, 2] });
    expect(network.inputs[0]!.shape).toEqual([null, 9, 5, 2]);
  });

  it.each([
    [
      { cut: 'stme' },
      {},
      /model.cut is "stme", and the pretrained network has no such layer\nhint: it has stem, stem_norm/,
    ],
    [{ cut: -99 }, {}, /model.cut is -99, and the pretrained network has 10 layers/],
    [{ cut: 'sum' }, {}, /the head takes vectors \[width\]/],
    [
      { cut: 'pooled', pooling: 'avg' },
      {},
      /model.pooling is "avg", and the pretrained network hands on vectors at the cut/,
    ],
    [
      { cut: 'sum', pooling: 'avg' },
      { features: [6, 6, 3] },
      /"stem\/kernel" is \[3, 3, 3, 4\], "stem\/kernel" is \[3, 3, 2, 4\]/,
    ],
  ])('is refused for %o', async (params, shape, message) => {
    await expect(cutFrom('branched.keras', params, shape)).rejects.toThrow(message);
  });

  it('is refused where there are more ids than it knows', async () => {
    const shape = { features: [5], outputs: 2, vocabulary: 13 };
    await expect(cutFrom('lstm.keras', { cut: 'lstm_1' }, shape)).rejects.toThrow(/has 12 ids; the data has 13/);
  });

  it('is refused where a file has weights alone, or layers that lists do not know', async () => {
    await expect(cutFrom('cnn.safetensors', { cut: -2 })).rejects.toThrow(/has weights alone/);
    await expect(cutFrom('cnn.weights.h5', { cut: -2 })).rejects.toThrow(/has weights alone/);
    const described = (layer: object) => ({ class_name: 'Sequential', config: { layers: [layer] } });
    const items = (layer: object) => () => itemsOfArchitecture(described(layer), 'x.keras');
    expect(items({ class_name: 'Lambda', config: { name: 'odd' } })).toThrow(
      /"odd" is of class Lambda, which is not known/,
    );
    expect(items({ class_name: 'LayersModel', config: { name: 'odd' } })).toThrow(/which is not known/);
    expect(items({ class_name: 'Zeros', config: { name: 'odd' } })).toThrow(/which is not known/);
    const maxNorm = { class_name: 'MaxNorm', config: {} };
    expect(items({ class_name: 'Dense', config: { name: 'odd', units: 1, kernel_constraint: maxNorm } })).toThrow(
      /"kernel_constraint" of its layer "odd" is not known/,
    );
    expect(() => itemsOfArchitecture({ class_name: 'Functional', config: {} }, 'x')).toThrow(/has no layers/);
    expect(() => itemsOfArchitecture({ class_name: 'Odd', config: { layers: [{ class_name: 'A', config: {} }] } }, 'x')).toThrow(/class Odd/); // biome-ignore format: one line
  });
});
