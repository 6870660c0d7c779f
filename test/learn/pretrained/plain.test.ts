import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { makeLayer } from '../../../src/learn/models/list/make-layer.ts';
import { builtFrom, itemsOfArchitecture } from '../../../src/learn/pretrained/architecture.ts';
import { choices } from '../backends/on-backend.ts';

// Layers without weights, and activations, as Keras 3 describes them (plain.py): they say here what they say in Keras, or
// are refused with what is not known of them.

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Case {
  readonly name: string;
  readonly architecture: unknown;
  readonly given: Values;
  readonly said: Values;
}
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'plain.json'), 'utf8')) as readonly Case[];

const refused: Readonly<Record<string, string>> = {
  'Activation silu': 'Unknown activation: silu',
  'Activation exponential': 'Unknown activation: exponential',
  'Activation leaky_relu': 'Unknown activation: leakyRelu',
  'Activation celu': 'Unknown activation: celu',
  'Activation hard_silu': 'Unknown activation: hardSilu',
  'Activation hard_sigmoid': '"activation" of its layer "activation_9" is "hard_sigmoid", which is not computed here',
  'ELU, alpha 0.5': 'is an ELU with the alpha 0.5, and TensorFlow.js computes ELU with 1 alone',
  'ReLU, slope 0.2': '"negative_slope" of its layer "re_lu_2" is 0.2',
  'ReLU, threshold 0.5': '"threshold" of its layer "re_lu_3" is 0.5',
  'Softmax, axis 1': 'Softmax along a non-last dimension',
  'GlobalAveragePooling2D, axes kept': '"keepdims" of its layer "global_average_pooling2d_1" is true',
  'GlobalMaxPooling1D, axes kept': '"keepdims" of its layer "global_max_pooling1d" is true',
  UpSampling1D: 'is of class UpSampling1D, which is not known',
  'UpSampling2D, bilinear': '"interpolation" of its layer "up_sampling2d_1" is "bilinear"',
  UnitNormalization: 'is of class UnitNormalization, which is not known',
};

beforeAll(() => startBackend(choices.wasm));

const saidOf = ({ architecture, given }: Case): tf.Tensor =>
  builtFrom({ architecture, file: 'plain.keras' }, ([, item]) =>
    tf.tidy(() => makeLayer(item!, 'layer').apply(tf.tensor(given.values as number[], [...given.shape])) as tf.Tensor),
  );

describe('a layer of Keras', () => {
  it.each(cases.filter(({ name }) => !Object.hasOwn(refused, name)))('says the same: $name', (given) => {
    const found = saidOf(given);
    expect(found.shape).toEqual(given.said.shape);
    for (const [at, value] of found.dataSync().entries()) expect(value).toBeCloseTo(given.said.values[at]!, 5);
    found.dispose();
  });

  it.each(Object.entries(refused))('is refused: %s', (name, why) => {
    expect(() => saidOf(cases.find((each) => each.name === name)!)).toThrow(why);
  });

  it('is looked for in layers too, and what Keras 2 and TensorFlow.js call the same is taken', () => {
    const wrapped = (config: object, more: object = {}) => ({
      ...more,
      class_name: 'Sequential',
      config: { layers: [{ class_name: 'TimeDistributed', config: { name: 'each', layer: { class_name: 'ReLU', config: { name: 'in', ...config } } } }] }, // biome-ignore format: one line
    });
    expect(() => itemsOfArchitecture(wrapped({ threshold: 1 }), 'f')).toThrow('"threshold" of its layer "in" is 1');
    const hard = { class_name: 'Activation', config: { name: 'hard', activation: 'hard_sigmoid', dtype: 'float32' } };
    const [, item] = itemsOfArchitecture({ class_name: 'Sequential', config: { layers: [hard] } }, 'f');
    expect(item).toMatchObject({ activation: 'hard_sigmoid' });
    const up = { class_name: 'UpSampling2D', config: { name: 'up', size: [2, 2], interpolation: 'bilinear' } };
    const own = { class_name: 'Sequential', keras_version: 'tfjs-layers 4.22.0', config: { layers: [up] } };
    expect(itemsOfArchitecture(own, 'f')[1]).toMatchObject({ interpolation: 'bilinear' });
  });
});
