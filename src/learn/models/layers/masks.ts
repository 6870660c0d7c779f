import type { layers } from '@tensorflow/tfjs-layers';
import type { DrawsMasks, MaskSource } from '../dropout.ts';

interface Holder {
  readonly layers: readonly layers.Layer[];
}

/** Gives all layers of a network that draw masks their source, those of networks within it as well. */
export const connectMasks = (network: Holder, source: MaskSource): void => {
  for (const layer of everyLayer(network)) {
    if ('masks' in layer) (layer as unknown as DrawsMasks).masks = source;
  }
};

/** All layers in their order; those of a network that is itself a layer in its place. */
export const everyLayer = (network: Holder): readonly layers.Layer[] =>
  network.layers.flatMap((layer) =>
    Array.isArray((layer as unknown as Partial<Holder>).layers) ? everyLayer(layer as unknown as Holder) : [layer],
  );
