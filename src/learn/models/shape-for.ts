import type { Examples } from '../data/examples.ts';
import type { NetworkShape } from './list/items.ts';

/** What a network has to take and to give, to learn from some examples. */
export const networkShapeFor = (examples: Examples, outputs: number): NetworkShape => {
  const { featureShape: features, vocabulary, inputs, targets } = examples;
  const isSeveral = targets !== undefined && targets.length > 1;
  const tags = targets?.find(({ kind }) => kind === 'tags');
  if (tags !== undefined) return { features, vocabulary, outputs: tags.classes!.length, steps: tags.width, ...(inputs && { inputs: inputsOf(inputs) }) }; // biome-ignore format: one line
  return {
    features,
    vocabulary,
    outputs: isSeveral ? targets.map((part) => part.outputs) : outputs,
    ...(isSeveral ? { targets: targets.map(({ name }) => name) } : {}),
    ...(inputs === undefined ? {} : { inputs: inputsOf(inputs) }),
  };
};

const inputsOf = (inputs: NonNullable<Examples['inputs']>): NonNullable<NetworkShape['inputs']> =>
  Object.fromEntries(inputs.map(({ name, shape, vocabulary }) => [name, { features: shape, vocabulary }]));
