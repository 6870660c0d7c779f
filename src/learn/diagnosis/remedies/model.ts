import type { DiagnosisRemedy } from '../../../types/generated/diagnosis.ts';
import type { Json, JsonObject } from '../../../types/json.ts';
import { isObject, type NamedStage, paramOf, pointerTo, setParam } from './change.ts';

// Changes to the network: only where its form, a preset or a list of layers, has what is changed.

/** Sizes of a preset's parts, by their names: those that are made smaller or larger. */
const sizes = ['filters', 'units', 'feed_forward'] as const;

/** The network with half as many units, or twice as many, in each of its hidden layers. */
export const resized = (train: NamedStage, factor: 0.5 | 2, why: string): DiagnosisRemedy | undefined => {
  const changes = sizes.flatMap((key) => {
    const before = paramOf(train, ['model', key]);
    const after = scaled(before, factor);
    return after === undefined ? [] : [{ key, before, after }];
  });
  if (changes.length === 0) return undefined;
  const told = changes.map(({ key, before, after }) => `${key} ${shown(before)} → ${shown(after)}`);
  return {
    title: `a network ${factor < 1 ? 'half' : 'twice'} as wide: ${told.join(', ')}`,
    why,
    patch: changes.map(({ key, after }) => setParam(train, ['model', key], after)),
  };
};

/** Undefined where nothing would change: a layer has 4 units at least. */
const scaled = (value: Json | undefined, factor: number): number | number[] | undefined => {
  const each = (size: number): number => Math.max(Math.min(size, 4), Math.round(size * factor));
  if (typeof value === 'number') return each(value) === value ? undefined : each(value);
  if (!Array.isArray(value) || value.length === 0 || !value.every((size) => typeof size === 'number')) return undefined;
  const all = value.map(each);
  return JSON.stringify(all) === JSON.stringify(value) ? undefined : all;
};

const shown = (value: Json | undefined): string => JSON.stringify(value).replaceAll(',', ', ');

/** More dropout than there is: 0.3 where there is none, else 0.2 more, up to 0.6. In a list of layers, before the head. */
export const moreDropout = (train: NamedStage): DiagnosisRemedy | undefined => {
  const why = 'units that may be dropped cannot rely on each other, so that fewer accidents of train are learnt';
  const rate = paramOf(train, ['model', 'dropout']);
  if (typeof rate === 'number') {
    const more = rate === 0 ? 0.3 : round(rate + 0.2);
    if (more > 0.6) return undefined;
    const from = rate === 0 ? '' : ` (from ${rate})`;
    return { title: `dropout ${more}${from}`, why, patch: [setParam(train, ['model', 'dropout'], more)] };
  }
  const layers = paramOf(train, ['model', 'layers']);
  if (!Array.isArray(layers) || layers.length === 0) return undefined;
  if (layers.some((layer) => isDropout(layer))) return strongerLayers(train, layers as JsonObject[], why);
  // Where layers name their inputs, or the last one is the output, it is not known what stands before the head.
  const isPlain = layers.every((layer) => !Object.hasOwn(layer as object, 'inputs'));
  const model = paramOf(train, ['model']) as JsonObject;
  if (!isPlain || model['head'] === false || Object.hasOwn(model, 'outputs')) return undefined;
  const path = pointerTo(train.name, 'params', 'model', 'layers', '-');
  return {
    title: 'dropout 0.3 before the head',
    why,
    patch: [{ op: 'add', path, value: { type: 'Dropout', rate: 0.3 } }],
  };
};

const strongerLayers = (train: NamedStage, layers: readonly JsonObject[], why: string): DiagnosisRemedy | undefined => {
  const patch = layers.flatMap((layer, at) => {
    const more = isDropout(layer) ? round(Number(layer['rate']) + 0.2) : 1;
    if (more > 0.6) return [];
    return [
      { op: 'replace' as const, path: pointerTo(train.name, 'params', 'model', 'layers', at, 'rate'), value: more },
    ];
  });
  return patch.length === 0 ? undefined : { title: 'dropout stronger by 0.2', why, patch };
};

const isDropout = (layer: Json): boolean =>
  isObject(layer) && /^(Spatial)?Dropout/.test(String(layer['type'])) && typeof layer['rate'] === 'number';

/** No dropout, and no penalties of weights, where there are any. */
export const lessPenalized = (train: NamedStage): DiagnosisRemedy | undefined => {
  const patch = [['model', 'dropout'], ['model', 'l1'], ['model', 'l2'], ['optimizer', 'weight_decay']] // biome-ignore format: a list of paths
    .map((path) => ({ path: path as [string, string], value: paramOf(train, path) }))
    .filter(({ value }) => typeof value === 'number' && value > 0)
    .map(({ path }) => ({ name: path[1], change: setParam(train, path, 0) }));
  if (patch.length === 0) return undefined;
  return {
    title: `no ${patch.map(({ name }) => name).join(', no ')}`,
    why: 'what keeps a network from learning accidents keeps one that learns too little from learning at all',
    patch: patch.map(({ change }) => change),
  };
};

/** A penalty of weights where there is none: of the preset's layers, or by the optimizer. */
export const penalty = (train: NamedStage): DiagnosisRemedy | undefined => {
  const why = 'small weights make smooth answers, which follow single examples less';
  const l2 = paramOf(train, ['model', 'l2']);
  if (l2 === 0) return { title: 'l2 0.001', why, patch: [setParam(train, ['model', 'l2'], 0.001)] };
  const decay = paramOf(train, ['optimizer', 'weight_decay']);
  if (l2 !== undefined || decay !== 0) return undefined;
  return { title: 'weight_decay 0.1', why, patch: [setParam(train, ['optimizer', 'weight_decay'], 0.1)] };
};

/** Presets that normalize by batch where asked to. */
const normalizing = ['mlp', 'cnn', 'vgg', 'resnet'];

export const batchNorm = (train: NamedStage): DiagnosisRemedy | undefined => {
  const isOff = paramOf(train, ['model', 'norm']) === 'none';
  if (!isOff || !normalizing.includes(String(paramOf(train, ['model', 'preset'])))) return undefined;
  return {
    title: 'batch normalization',
    why: 'each batch has other statistics: a little noise, which regularizes, and steps that may be larger',
    patch: [setParam(train, ['model', 'norm'], 'batch')],
  };
};

const round = (value: number): number => Math.round(value * 100) / 100;
