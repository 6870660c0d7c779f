import type { LayersModel } from '@tensorflow/tfjs-layers';
import { StageError } from '../error.ts';
import { inOrder } from '../models/order.ts';
import type { Builder } from './graph/builder.ts';
import type { Value } from './graph/graph.ts';
import { activationLayers } from './layers/activations.ts';
import { attentionLayers } from './layers/attention.ts';
import { type Convert, type Given, type Layer, type Mask, type NetworkWeights, weightsIn } from './layers/given.ts';
import { imageLayers } from './layers/images.ts';
import { maskAfter } from './layers/masks.ts';
import { normLayers } from './layers/norms.ts';
import { plainLayers } from './layers/plain.ts';
import { recurrentLayers } from './layers/recurrent.ts';
import { sequenceLayers } from './layers/sequences.ts';

/**
 * Writes a network into a graph as it predicts, masks of padding and all.
 *
 * @param inputs its inputs in order, float32.
 * @param weights see `readNetworkWeights`.
 * @returns its outputs: logits, or values.
 * @throws StageError that names the layers which no graph can have, all at once.
 */
export const writeNetwork = (
  network: LayersModel,
  inputs: readonly Value[],
  { build, weights }: { readonly build: Builder; readonly weights: NetworkWeights },
): readonly Value[] => {
  refuseUnknown(network);
  return written(network, inputs.map((value) => ({ value, mask: null })), { build, weights }).map(({ value }) => value); // biome-ignore format: one line
};

const converts: Readonly<Record<string, Convert>> = {
  ...activationLayers,
  ...attentionLayers,
  ...imageLayers,
  ...normLayers,
  ...plainLayers,
  ...recurrentLayers,
  ...sequenceLayers,
};

/** Names of the kinds of layers that can be exported. */
export const exportedLayers: readonly string[] = Object.keys(converts).sort();

interface Reached {
  readonly value: Value;
  readonly mask: Mask;
}

interface Writing {
  readonly build: Builder;
  readonly weights: NetworkWeights;
}

const written = (network: LayersModel, given: readonly Reached[], writing: Writing): readonly Reached[] => {
  const values = new Map(network.inputs.map(({ id }, index) => [id, given[index]!]));
  for (const symbol of inOrder(network.outputs, values)) {
    if (values.has(symbol.id)) continue; // Another output of a call that is written already.
    const layer = symbol.sourceLayer;
    const inputs = symbol.inputs.map(({ id }) => values.get(id)!);
    const outputs = isNetwork(layer) ? written(layer, inputs, within(writing, layer)) : [one(layer, inputs, writing)];
    for (const [index, { id }] of layer.inboundNodes[symbol.nodeIndex]!.outputTensors.entries()) {
      values.set(id, outputs[index]!);
    }
  }
  return network.outputs.map(({ id }) => values.get(id)!);
};

const within = ({ build, weights }: Writing, { name }: Layer): Writing => ({ build: build.within(name), weights });

const one = (layer: Layer, inputs: readonly Reached[], { build: all, weights }: Writing): Reached => {
  const build = all.within(layer.name);
  const given: Given = {
    ...{ layer, build, config: layer.getConfig() as Given['config'] },
    inputs: inputs.map(({ value }) => value),
    masks: inputs.map(({ mask }) => mask),
    weights: weightsIn(layer, weights, build),
  };
  const value = converts[layer.getClassName()]!(given);
  return { value, mask: maskAfter(given) };
};

const isNetwork = (layer: Layer): layer is LayersModel => Array.isArray((layer as Partial<LayersModel>).layers);

const refuseUnknown = (network: LayersModel): void => {
  const unknown = unknownIn(network);
  if (unknown.length === 0) return;
  const named = unknown.map((layer) => `"${layer.name}" (${layer.getClassName()})`).join(', ');
  throw new StageError(
    `the network has layers that cannot be exported to ONNX or SavedModel: ${named}`,
    `the format "layers" holds every layer; these can be exported: ${exportedLayers.join(', ')}`,
  );
};

const unknownIn = (network: LayersModel): readonly Layer[] =>
  network.layers.flatMap((layer) => {
    if (isNetwork(layer)) return unknownIn(layer);
    return layer.getClassName() === 'InputLayer' || layer.getClassName() in converts ? [] : [layer];
  });
