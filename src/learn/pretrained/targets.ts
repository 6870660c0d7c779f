import type { LayersModel, layers } from '@tensorflow/tfjs-layers';

/** A weight of a network that a tensor may be for. */
export interface Target {
  /** As `conv_1/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Its layer's name. */
  readonly layer: string;
  /** What it is to its layer: `kernel`. */
  readonly part: string;
  /** Its layer's class, as `Dense`. */
  readonly kind: string;
  /** Names of all weights of its layer, in Keras's order. */
  readonly siblings: readonly string[];
  /** Where the layer takes what was flattened: its shape before, [height, width, channels]. */
  readonly flattened: readonly number[] | undefined;
  readonly weight: LayersModel['weights'][number];
}

/** All weights of a network, in its order. */
export const targetsOf = (network: LayersModel): readonly Target[] =>
  network.layers.flatMap((layer) => {
    const siblings = layer.weights.map(({ originalName }) => originalName);
    const flattened = flattenedBefore(layer);
    return layer.weights.map((weight) => ({
      name: weight.originalName,
      shape: weight.shape as number[],
      part: weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1),
      layer: layer.name,
      kind: layer.getClassName(),
      ...{ siblings, flattened, weight },
    }));
  });

/** Layers that leave every element at its place. */
const inPlace: readonly string[] = ['Dropout', 'Activation', 'ReLU', 'LeakyReLU', 'ELU', 'BatchNormalization'];

const flattenedBefore = (layer: layers.Layer): readonly number[] | undefined => {
  const [node] = layer.inboundNodes;
  const [before] = node?.inboundLayers ?? [];
  if (before === undefined || node!.inboundLayers.length > 1) return undefined;
  if (inPlace.includes(before.getClassName())) return flattenedBefore(before);
  if (before.getClassName() !== 'Flatten') return undefined;
  const [shape] = before.inboundNodes[0]?.inputShapes ?? [];
  const sizes = ((shape ?? []) as number[]).slice(1);
  return sizes.length > 1 ? sizes : undefined;
};
