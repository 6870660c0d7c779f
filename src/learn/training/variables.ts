import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { isInTensorflow } from '../backends/tensorflow/native.ts';
import type { Tensor } from '../data/safetensors.ts';
import { everyLayer } from '../models/layers/masks.ts';
import type { Tensors } from './transforms.ts';

/** Some of a network's weights by their names in the model, as `conv_1/kernel`. */
export type Variables = Readonly<Record<string, tf.Variable>>;

/** The weights that gradients move. */
export const variablesOf = (network: LayersModel): Variables => byName(network.trainableWeights);

/** The weights that no gradient moves, and that layers write while they train. */
export const statisticsOf = (network: LayersModel): Variables =>
  byName(
    everyLayer(network)
      .filter(({ trainable }) => trainable)
      .flatMap(({ nonTrainableWeights }) => nonTrainableWeights),
  );

/** The weights of the layers that are frozen. */
export const frozenOf = (network: LayersModel): Variables =>
  byName(
    everyLayer(network)
      .filter(({ trainable }) => !trainable)
      .flatMap(({ weights }) => weights),
  );

/** All weights, whether or not they move. */
export const weightsOf = (network: LayersModel): Variables => byName(network.weights);

/** TensorFlow.js names the variables of a second model otherwise; the weights' own names stay what they are. */
const byName = (weights: LayersModel['weights']): Variables =>
  Object.fromEntries(weights.map((weight) => [weight.originalName, (weight as unknown as { val: tf.Variable }).val]));

/**
 * A tensor's values, out of the backend. Who asks for the same tensor again, as the best weights, a checkpoint and histograms
 * do after an epoch, gets the same array while anyone has it: nobody may write into it.
 */
export const valuesOf = async (tensor: tf.Tensor): Promise<Float32Array> => {
  const known = downloaded.get(tensor.dataId)?.deref();
  if (known !== undefined) return known;
  const { dataId } = tensor;
  const isCopy = tf.getBackend() === 'tensorflow' && isInTensorflow(tensor);
  const data = await tensor.data<'float32'>();
  const values = isCopy ? data : Float32Array.from(data);
  downloaded.set(dataId, new WeakRef(values));
  return values;
};

/** What a tensor has under a data id never changes. */
const downloaded = new WeakMap<object, WeakRef<Float32Array>>();

/** Copies of tensors, out of the backend; each name gets `part/` before it. */
export const download = async (part: string, tensors: Tensors): Promise<ReadonlyMap<string, Tensor>> => {
  const copies = new Map<string, Tensor>();
  for (const [name, tensor] of Object.entries(tensors)) {
    copies.set(`${part}/${name}`, { shape: tensor.shape, data: await valuesOf(tensor) });
  }
  return copies;
};

/** The copies whose names begin with `part/`, as tensors. */
export const upload = (part: string, copies: ReadonlyMap<string, Tensor>): Tensors => {
  const ofPart = [...copies].filter(([name]) => name.startsWith(`${part}/`));
  return Object.fromEntries(
    ofPart.map(([name, { shape, data }]) => [name.slice(part.length + 1), tf.tensor(data, [...shape], 'float32')]),
  );
};

/** Gives variables the values of tensors, and disposes of these. */
export const assign = (variables: Variables, values: Tensors): void => {
  for (const [name, variable] of Object.entries(variables)) {
    const value = values[name];
    if (value === undefined) throw new Error(`there is no value for ${name}`);
    variable.assign(value);
    value.dispose();
  }
};
