import type { LayerOutline, Outline } from '../outline.ts';
import { activationOf, isActivation, wrappedIn } from '../settings.ts';
import type { DataFacts } from './facts.ts';

/** What is judged: a network, and the data that it is to learn from. */
export interface Subject {
  readonly outline: Outline;
  readonly data: DataFacts;
  /** Examples in a step. */
  readonly batchSize: number;
}

/** A way in which an architecture can miss its data. */
export interface Rule {
  readonly id: string;
  readonly severity: 'error' | 'warning';
  /** Why it matters: a sentence. */
  readonly reason: string;
  /** Where that is shown. */
  readonly source: string;
  /** Every case of it; none where the architecture fits. */
  readonly check: (subject: Subject) => readonly Complaint[];
}

export interface Complaint {
  /** With names and numbers, so that it can be held against the network. */
  readonly evidence: string;
  readonly remedy: string;
}

/** Layers that are fed by one. */
export const fedBy = ({ layers }: Outline, name: string): readonly LayerOutline[] =>
  layers.filter(({ inputs }) => inputs.includes(name));

export const layerNamed = ({ layers }: Outline, name: string): LayerOutline | undefined =>
  layers.find((layer) => layer.name === name);

/** A layer's class; of one in a wrapper, that one's. */
export const coreOf = (layer: Pick<LayerOutline, 'kind' | 'config'>): Pick<LayerOutline, 'kind' | 'config'> => {
  const inner = wrappedIn(layer);
  return inner === undefined ? layer : coreOf(inner);
};

export const isRecurrent = (layer: LayerOutline): boolean =>
  ['SimpleRNN', 'LSTM', 'GRU', 'RNN', 'ConvLSTM2D'].includes(coreOf(layer).kind);

export const isConvolution = (layer: LayerOutline): boolean => coreOf(layer).kind.includes('Conv');

export const isAttention = (layer: LayerOutline): boolean => /Attention|Transformer/.test(coreOf(layer).kind);

export const isDense = (layer: LayerOutline): boolean => coreOf(layer).kind === 'Dense';

export const isEmbedding = (layer: LayerOutline): boolean => /Embedding$|^CategoryEncoding$/.test(coreOf(layer).kind);

export const isNormalization = ({ kind }: LayerOutline): boolean => /Normalization$|^Rescaling$/.test(kind);

export const isDropout = ({ kind }: LayerOutline): boolean => /Dropout/.test(kind);

/** Layers that hand on what they get, in another shape at most. */
export const handsOn = (layer: LayerOutline): boolean =>
  isDropout(layer) || ['InputLayer', 'Flatten', 'Reshape', 'Permute', 'Masking', 'GaussianNoise'].includes(layer.kind);

/** The layers that compute on the features first: what the input layers feed, past what only hands on. */
export const firstLayers = (outline: Outline): readonly LayerOutline[] => {
  const past = (layer: LayerOutline): readonly LayerOutline[] =>
    handsOn(layer) ? fedBy(outline, layer.name).flatMap(past) : [layer];
  return outline.layers.filter(({ inputs }) => inputs.length === 0).flatMap(past);
};

/** The last layer with outputs of its own making, and what becomes of these. */
export interface Head {
  readonly layer: LayerOutline;
  /** Name of the function that is applied in the end; `linear` where there is none. */
  readonly activation: string;
  /** The layer that applies it. */
  readonly activatedBy: LayerOutline;
  /** Layers after it. */
  readonly after: readonly LayerOutline[];
}

/** Undefined where a network has several outputs: which target is whose is not known here. */
export const headOf = (outline: Outline): Head | undefined => {
  const [name, ...others] = outline.outputs;
  if (name === undefined || others.length > 0) return undefined;
  const after: LayerOutline[] = [];
  let layer = layerNamed(outline, name);
  while (layer !== undefined && layer.inputs.length === 1 && (handsOn(layer) || isActivation(layer))) {
    after.unshift(layer);
    layer = layerNamed(outline, layer.inputs[0]!);
  }
  if (layer === undefined) return undefined;
  const activatedBy = [layer, ...after].findLast((each) => activationOf(each) !== 'linear') ?? layer;
  return { layer, activation: activationOf(activatedBy), activatedBy, after };
};
