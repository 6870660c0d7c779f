import type { JsonObject } from '../../types/json.ts';
import type { LayerOutline } from './outline.ts';

// Settings of a layer, read from its configuration whatever form a layer list or TensorFlow.js gives them.

/** A number by its name, or what it is where there is none. */
export const numberIn = ({ config }: Pick<LayerOutline, 'config'>, name: string, otherwise: number): number =>
  typeof config[name] === 'number' ? config[name] : otherwise;

/** Elements of a window, as of a kernel: `[3, 3]` and `3` in two dimensions have 9. */
export const windowOf = ({ config }: Pick<LayerOutline, 'config'>, name: string, dimensions: number): number => {
  const size = config[name];
  if (Array.isArray(size)) return size.reduce<number>((all, each) => all * Number(each), 1);
  return Number(size) ** dimensions;
};

/** Name of the function that a layer ends in: `linear` where there is none. */
export const activationOf = ({ kind, config }: Pick<LayerOutline, 'kind' | 'config'>): string => {
  if (kind in ownActivations) return ownActivations[kind]!;
  const { activation } = config;
  if (typeof activation === 'string') return activation;
  const named = activation as JsonObject | undefined | null;
  return typeof named?.['class_name'] === 'string' ? named['class_name'] : 'linear';
};

/** Layers that are nothing but an activation. */
const ownActivations: Readonly<Record<string, string>> = {
  ReLU: 'relu',
  LeakyReLU: 'leaky_relu',
  PReLU: 'prelu',
  ELU: 'elu',
  ThresholdedReLU: 'thresholded_relu',
  Softmax: 'softmax',
};

export const isActivation = ({ kind }: Pick<LayerOutline, 'kind'>): boolean =>
  kind === 'Activation' || Object.hasOwn(ownActivations, kind);

/** What a wrapper wraps, as Bidirectional and TimeDistributed do. */
export const wrappedIn = ({
  config,
}: Pick<LayerOutline, 'config'>): Pick<LayerOutline, 'kind' | 'config'> | undefined => {
  const { layer } = config as { layer?: { class_name?: string; config?: JsonObject } };
  return layer?.class_name === undefined ? undefined : { kind: layer.class_name, config: layer.config ?? {} };
};
