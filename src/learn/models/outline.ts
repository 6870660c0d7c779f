import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import type { Json, JsonObject } from '../../types/json.ts';
import type { ParameterCounts } from '../../types/model-program.ts';

/** A network as plain data: its layers in the order in which they are computed, with who feeds whom. */
export interface Outline {
  readonly layers: readonly LayerOutline[];
  /** Names of the layers whose outputs are the network's. */
  readonly outputs: readonly string[];
}

export interface LayerOutline {
  readonly name: string;
  /** Its class, by Keras's name. */
  readonly kind: string;
  /** Its settings, by Keras's names. */
  readonly config: JsonObject;
  /** Names of the layers that feed it. */
  readonly inputs: readonly string[];
  /** Of one example, in the order of `inputs`; of an input layer, the features'. */
  readonly inputShapes: readonly Shape[];
  /** Of one example. */
  readonly outputShape: Shape;
  readonly parameters: ParameterCounts;
}

/** Without the axis of the batch. A size that is not known counts as 1. */
export type Shape = readonly number[];

type Layer = layers.Layer;

/** Looks at a network that is built; computes nothing. A model within a model is taken apart. */
export const outlineOf = (network: LayersModel): Outline => {
  const names = new Map<Layer, string>();
  const outlines = network.layers.flatMap((layer) => {
    const feeds = feedsOf(layer, names);
    const own = isModel(layer) ? innerOf(layer, feeds) : [outlineOfLayer(layer, feeds)];
    // A layer after a model is fed by that model, or by the last layer of it, as TensorFlow.js has it.
    for (const [inner, name] of isModel(layer) ? insideOf(layer) : []) names.set(inner, name);
    names.set(layer, own.at(-1)!.name);
    return own;
  });
  return { layers: outlines, outputs: network.outputs.map(({ sourceLayer }) => names.get(sourceLayer)!) };
};

const isModel = (layer: Layer): layer is LayersModel => Array.isArray((layer as { layers?: unknown }).layers);

const insideOf = (model: LayersModel): [Layer, string][] =>
  model.layers.map((layer) => [layer, `${model.name}/${layer.name}`]);

const feedsOf = (layer: Layer, names: ReadonlyMap<Layer, string>): string[] =>
  (layer.inboundNodes[0]?.inboundLayers ?? []).flatMap((before) => names.get(before) ?? []);

/** Its layers with its name before theirs; what its input layers get is what it gets. */
const innerOf = (model: LayersModel, feeds: readonly string[]): LayerOutline[] => {
  const { layers: own } = outlineOf(model);
  const inputs = new Set(own.filter(({ kind }) => kind === 'InputLayer').map(({ name }) => name));
  return own
    .filter(({ name }) => !inputs.has(name))
    .map((layer) => ({
      ...layer,
      name: `${model.name}/${layer.name}`,
      inputs: layer.inputs.flatMap((name) => (inputs.has(name) ? feeds : [`${model.name}/${name}`])),
      parameters: model.trainable ? layer.parameters : frozen(layer.parameters),
    }));
};

const frozen = ({ trainable, frozen: already }: ParameterCounts): ParameterCounts => ({
  trainable: 0,
  frozen: trainable + already,
});

const outlineOfLayer = (layer: Layer, inputs: readonly string[]): LayerOutline => ({
  name: layer.name,
  kind: layer.getClassName(),
  config: keras(layer.getConfig() as unknown as JsonObject),
  inputs,
  inputShapes: shapesOf(layer.inboundNodes[0]?.inputShapes ?? []),
  outputShape: shapesOf(layer.inboundNodes[0]?.outputShapes ?? [])[0] ?? [],
  parameters: { trainable: sizeOf(layer.trainableWeights), frozen: sizeOf(layer.nonTrainableWeights) },
});

type Raw = readonly (number | null)[] | readonly (readonly (number | null)[])[];

/** TensorFlow.js gives one shape, or a list of them. */
const shapesOf = (raw: Raw): Shape[] => {
  const all = (raw.some(Array.isArray) ? raw : [raw]) as readonly (readonly (number | null)[])[];
  return all.map((shape) => shape.slice(1).map((size) => size ?? 1));
};

const sizeOf = (weights: Layer['weights']): number => weights.reduce((sum, { shape }) => sum + elements(shape), 0);

/** How many elements a tensor of a shape has. */
export const elements = (shape: readonly (number | null)[]): number =>
  shape.reduce<number>((all, size) => all * (size ?? 1), 1);

/** Keys as Keras writes them: TensorFlow.js has `maskZero` where Keras has `mask_zero`. */
const keras = <Value extends Json>(value: Value): Value => {
  if (Array.isArray(value)) return value.map(keras) as unknown as Value;
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).map(([key, each]) => [snake(key), keras(each as Json)]);
  return Object.fromEntries(pairs) as Value;
};

const snake = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
