import * as tf from '@tensorflow/tfjs-core';
import { input, type layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { registerLayers } from '../../../../src/learn/models/layers/register.ts';
import { choices } from '../../backends/on-backend.ts';
import golden from './golden.json' with { type: 'json' };

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly name: string;
  /** As the layer is called in a model's file. */
  readonly layer: string;
  readonly config: object;
  readonly inputs: readonly Values[];
  readonly masks: readonly (Values | null)[];
  readonly training: boolean;
  readonly weights: readonly Values[];
  readonly upstream: Values;
  readonly output: Values;
  readonly inputGradients: readonly Values[];
  readonly weightGradients: readonly Values[];
  /** Weights that no gradient moves, after the call. */
  readonly after: readonly Values[];
}

const cases = golden.cases as readonly Case[];

const tensorOf = ({ shape, values }: Values): tf.Tensor => tf.tensor([...values], [...shape], 'float32');

type Layer = layers.Layer;

/** A layer as a model's file would bring it in, with the weights of a case. */
const layerOf = ({ layer: name, config, inputs, weights }: Case): Layer => {
  const made = tf.serialization.SerializationMap.getMap().classNameMap[name]!;
  const [cls, fromConfig] = made;
  const layer = fromConfig(cls, { name: 'layer', ...config } as tf.serialization.ConfigDict) as Layer;
  const symbols = inputs.map(({ shape }) => input({ shape: shape.slice(1) as number[] }) as SymbolicTensor);
  layer.apply(symbols.length === 1 ? symbols[0]! : symbols);
  layer.setWeights(weights.map(tensorOf));
  return layer;
};

const compute = (one: Case) =>
  tf.tidy(() => {
    const layer = layerOf(one);
    const inputs = one.inputs.map(tensorOf);
    const masks = one.masks.map((mask) => mask && tf.cast(tensorOf(mask), 'bool'));
    const mask = masks.every((each) => each === null) ? undefined : masks.length === 1 ? masks[0] : masks;
    const options = { training: one.training, ...(mask === undefined ? {} : { mask }) };
    const run = (...tensors: tf.Tensor[]): tf.Tensor =>
      layer.apply(tensors.length === 1 ? tensors[0]! : tensors, options) as tf.Tensor;
    const upstream = tensorOf(one.upstream);
    const loss = (...tensors: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(run(...tensors), upstream));
    const fixed = layer.nonTrainableWeights.map((weight) => tf.clone(weight.read()));
    const output = run(...inputs);
    const after = layer.nonTrainableWeights.map((weight) => Float32Array.from(weight.read().dataSync()));
    for (const [index, weight] of layer.nonTrainableWeights.entries()) weight.write(fixed[index]!);
    const inputGradients = tf.grads(loss)(inputs);
    const variables = layer.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);
    const { grads } = variables.length === 0 ? { grads: {} } : tf.variableGrads(() => loss(...inputs), variables);
    return {
      ...{ output: output.dataSync(), shape: output.shape, after },
      inputGradients: inputGradients.map((gradient) => gradient.dataSync()),
      weightGradients: variables.map(({ name }) => (grads as tf.NamedTensorMap)[name]!.dataSync()),
    };
  });

/** The greatest difference, as a share of the greatest value or of 1. */
const apart = (found: ArrayLike<number>, { values }: Values): number => {
  if (found.length !== values.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(1, ...values.map(Math.abs));
  return Math.max(0, ...values.map((value, at) => Math.abs(value - found[at]!))) / scale;
};

/** Outputs where a mask hides a place of a sequence count for nothing, and Keras computes some otherwise. */
const shown = ({ output, masks }: Case, found: ArrayLike<number>): [number[], Values] => {
  const [mask] = masks;
  if (mask == null || output.shape.length !== 3) return [[...Array.from(found)], output];
  const dim = output.shape[2]!;
  const kept = (_: number, at: number): boolean => mask.values[Math.floor(at / dim)] === 1;
  return [Array.from(found).filter(kept), { shape: [], values: output.values.filter(kept) }];
};

describe.each(['cpu', 'wasm'] as const)('on %s, forward and backward as Keras has it', (backend) => {
  beforeAll(async () => {
    await startBackend(choices[backend]);
    registerLayers();
  });

  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const found = compute(one);
    expect(found.shape).toEqual(one.output.shape);
    expect(apart(...shown(one, found.output))).toBeLessThan(1e-5);
    for (const key of ['inputGradients', 'weightGradients', 'after'] as const) {
      expect(found[key]).toHaveLength(one[key].length);
      for (const [index, wanted] of one[key].entries()) {
        expect(apart(found[key][index]!, wanted), `${key} ${index}`).toBeLessThan(1e-5);
      }
    }
  });
});
