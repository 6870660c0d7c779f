import type { Value } from '../graph/graph.ts';
import type { Given, Mask } from './given.ts';
import { differing, placesSeen } from './sequences.ts';

/** The mask that a layer hands on, by the rules of models/network.ts. */
export const maskAfter = (given: Given): Mask => {
  const { layer, masks, config } = given;
  const name = layer.getClassName();
  if (name === 'Embedding') {
    return config['maskZero'] === true ? differing(given.build, given.inputs[0]!, 0) : null;
  }
  if (name === 'Masking') return placesSeen(given);
  if (ending.has(name)) return null;
  if (merging.has(name)) return anyOf(given);
  if (name === 'Concatenate') return concatenated(given);
  if (recurrent.has(name)) return handsOnSequences(given) ? (masks[0] ?? null) : null;
  return passing.has(name) || layer.supportsMasking ? (masks[0] ?? null) : null;
};

/** Layers that a sequence ends in. */
const ending = new Set(['FirstPlace', 'MaskedGlobalAveragePooling1D']);

const passing = new Set(['LeakyReLU', 'PReLU', 'ELU', 'ThresholdedReLU', 'Softmax']);

const merging = new Set(['Add', 'Average', 'Maximum', 'Minimum', 'Multiply']);

const recurrent = new Set(['SimpleRNN', 'LSTM', 'GRU', 'Bidirectional']);

const handsOnSequences = ({ config }: Given): boolean => {
  const inner = (config['layer'] as { readonly config: Given['config'] } | undefined)?.config ?? config;
  return inner['returnSequences'] === true;
};

const anyOf = ({ build, masks }: Given): Mask => {
  const given = masks.filter((mask) => mask !== null);
  return given.length < masks.length ? null : given.reduce((all, mask) => build.binary('maximum', all, mask));
};

const concatenated = ({ build, inputs, masks, config }: Given): Mask => {
  if (masks.every((mask) => mask === null) || inputs[0]!.shape.length !== 3) return null;
  const axis = (config['axis'] as number | undefined) ?? -1;
  const given = masks.map((mask, at) => mask ?? everywhere(build, inputs[at]!));
  if (axis === 1 || axis === -2) return build.concat(given, 1);
  return given.reduce((all, mask) => build.binary('minimum', all, mask));
};

/** Ones, as many as there are places. */
const everywhere = (build: Given['build'], { shape, ...x }: Value): Value => {
  const zeros = build.zeros({ shape, ...x }, shape[1]!);
  return build.binary('add', zeros, build.number(1, zeros));
};
