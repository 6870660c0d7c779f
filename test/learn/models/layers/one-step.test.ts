import * as tf from '@tensorflow/tfjs-core';
import { input, type layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { registerLayers } from '../../../../src/learn/models/layers/register.ts';
import { stream } from '../../../../src/learn/random.ts';
import { choices } from '../../backends/on-backend.ts';

beforeAll(async () => {
  await startBackend(choices.cpu);
  registerLayers();
});

const [batch, width, units] = [3, 4, 5];

const layerOf = (name: string, length: number, weights?: tf.Tensor[]): layers.Layer => {
  const [cls, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[name]!;
  const layer = fromConfig(cls, { name: 'layer', units } as tf.serialization.ConfigDict) as layers.Layer;
  layer.apply(input({ shape: [length, width] }) as SymbolicTensor);
  if (weights !== undefined) layer.setWeights(weights);
  return layer;
};

/** The sum of the outputs, weighed, and its gradients by the inputs and by the weights. */
const gradientsOf = (layer: layers.Layer, x: tf.Tensor, mask?: tf.Tensor): number[][] => {
  const weigh = tf.reshape(tf.range(1, batch * units + 1), [batch, units]);
  const loss = (given: tf.Tensor): tf.Scalar =>
    tf.sum(tf.mul(layer.apply(given, mask === undefined ? {} : { mask }) as tf.Tensor, weigh));
  const variables = layer.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);
  const { grads } = tf.variableGrads(() => loss(x), variables);
  const first = tf.slice(tf.grad(loss)(x), [0, 0, 0], [batch, 1, width]);
  return [first, ...variables.map(({ name }) => grads[name]!)].map((tensor) => [...tensor.dataSync()]);
};

it.each(['SimpleRNN', 'GRU', 'LSTM'])(
  'a %s learns from sequences of one step as from longer ones of which all else is masked',
  (name) => {
    const draws = stream(3);
    const values = Float32Array.from({ length: batch * width }, () => draws.normal());
    const one = tf.tensor(values, [batch, 1, width]);
    const shapes = layerOf(name, 1)
      .getWeights()
      .map(({ shape }) => shape);
    const weights = shapes.map((shape) => tf.tensor(Array.from({ length: tf.util.sizeFromShape(shape) }, () => draws.normal()), shape)); // biome-ignore format: one line
    const [layer, longer] = [layerOf(name, 1, weights), layerOf(name, 2, weights)];
    const two = tf.concat([one, tf.ones([batch, 1, width])], 1);
    const mask = tf.tensor2d([1, 0, 1, 0, 1, 0], [batch, 2], 'bool');
    const expected = gradientsOf(longer, two, mask);
    const found = gradientsOf(layer, one);
    for (const [at, gradient] of found.entries()) {
      // There was no state before the first step, so that what belongs to it gets none.
      if (at < 2) expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0);
      for (const [index, value] of gradient.entries()) expect(value).toBeCloseTo(expected[at]![index]!, 5);
    }
  },
);
