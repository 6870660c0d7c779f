import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import type { Builder } from '../graph/builder.ts';
import type { Constant, Pair, Value, Weight } from '../graph/graph.ts';

export type Layer = layers.Layer;

/** A layer to be written into a graph, at one place of its network. */
export interface Given {
  readonly layer: Layer;
  /** Its settings as they stand in a model's file, by TensorFlow.js's names. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Value[];
  /** Of each input [batch, length], 1 where a place counts, else 0; null: all count. */
  readonly masks: readonly Mask[];
  readonly build: Builder;
  readonly weights: LayerWeights;
}

export type Mask = Value | null;

/** @returns what the layer gives. */
export type Convert = (given: Given) => Value;

/** The weights of a layer by what they are to it: `kernel`, `query/bias`. */
export interface LayerWeights {
  has(part: string): boolean;
  /** Its numbers, to be computed with before the graph is written. */
  read(part: string): Weight;
  /** The weight in the graph. */
  get(part: string): Constant;
}

/** The numbers of all weights of a network, also of those on a device. */
export type NetworkWeights = ReadonlyMap<LayersModel['weights'][number], Weight>;

export const readNetworkWeights = async (network: LayersModel): Promise<NetworkWeights> =>
  new Map(
    await Promise.all(
      network.weights.map(async (weight) => {
        const values = Float32Array.from(await weight.read().data());
        return [weight, { values, shape: weight.shape as number[] }] as const;
      }),
    ),
  );

export const weightsIn = (layer: Layer, all: NetworkWeights, build: Builder): LayerWeights => {
  const parts = new Map(layer.weights.map((weight) => [partOf(layer, weight.originalName), weight]));
  const read = (part: string): Weight => {
    const found = all.get(parts.get(part)!);
    if (found === undefined) throw new Error(`the layer "${layer.name}" has no weight "${part}"`);
    return found;
  };
  return {
    has: (part) => parts.has(part),
    read,
    get: (part) => build.weight(part, read(part)),
  };
};

/** Its name without that of the layer, and of networks around it. */
const partOf = ({ name }: Layer, whole: string): string => {
  const at = `/${whole}`.indexOf(`/${name}/`);
  return at < 0 ? whole : whole.slice(at + name.length + 1);
};

/** A number or a pair, as windows and strides are given. */
export const pairOf = (value: unknown): Pair => {
  const [first, second = first] = [value].flat() as number[];
  return [first!, second!];
};
