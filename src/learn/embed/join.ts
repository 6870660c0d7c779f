import { serialization } from '@tensorflow/tfjs-core';
import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { registerLayers } from '../models/layers/register.ts';
import { Network } from '../models/network.ts';

/**
 * One network of two: the first layers, and on them a copy of those that were trained on what the first ones give. Layers
 * that have a name of the first ones' get `_top` behind it.
 *
 * @param prefix network of one input and one output; its layers become those of the whole.
 * @param top network of one input, of the shape that the prefix gives.
 */
export const joinNetworks = (prefix: LayersModel, top: LayersModel): Network => {
  registerLayers();
  const names = new Set(prefix.layers.map(({ name }) => name));
  const values = new Map<number, SymbolicTensor>([[top.inputs[0]!.id, prefix.outputs[0]!]]);
  for (const layer of top.layers.filter((each) => each.getClassName() !== 'InputLayer')) {
    const copy = copyOf(layer, freeName(layer.name, names));
    const { inputTensors, outputTensors } = layer.inboundNodes[0]!;
    const inputs = inputTensors.map(({ id }) => values.get(id)!);
    const outputs = [copy.apply(inputs.length === 1 ? inputs[0]! : inputs)].flat() as SymbolicTensor[];
    for (const [at, { id }] of outputTensors.entries()) values.set(id, outputs[at]!);
    for (const [at, weight] of copy.weights.entries()) weight.write(layer.weights[at]!.read());
  }
  return new Network({
    ...{ inputs: prefix.inputs, outputs: top.outputs.map(({ id }) => values.get(id)!) },
    name: 'transfer',
  });
};

const freeName = (name: string, taken: Set<string>): string => {
  let free = name;
  while (taken.has(free)) free = `${free}_top`;
  taken.add(free);
  return free;
};

const copyOf = (layer: layers.Layer, name: string): layers.Layer => {
  const [made, fromConfig] = serialization.SerializationMap.getMap().classNameMap[layer.getClassName()]!;
  const copy = fromConfig(made, { ...layer.getConfig(), name } as serialization.ConfigDict) as layers.Layer;
  copy.setFastWeightInitDuringBuild(true);
  return copy;
};
