import { input, type layers, type Shape, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { StageError } from '../../error.ts';
import type { MaskSource } from '../dropout.ts';
import { connectMasks } from '../layers/masks.ts';
import { Network } from '../network.ts';
import { type Arranged, type Arranging, arrange, type Placed } from './arrange.ts';
import { type End, headed, refuseNoHead } from './head.ts';
import type { InputShape, ListParams, NetworkShape } from './items.ts';
import { makeLayer } from './make-layer.ts';
import { remedyFor, wants } from './wants.ts';

/**
 * The network of a list of layers, its weights still to be drawn. Its outputs are logits, or values: each is a dense layer
 * without activation, `head`, that is added, or, where `head` is false, the list's own.
 *
 * @throws StageError where the list does not fit together, a layer cannot take what comes before it, or the outputs are
 * not those of the target.
 */
export const buildList = (
  params: ListParams & { readonly name?: string },
  shape: NetworkShape,
  masks: MaskSource,
): Network => assemble(params, params.head ? headed : refuseNoHead, { shape, masks });

/** What a network puts out, of the layers that its list ends with. */
export type Finish = (ends: readonly End[], shape: NetworkShape) => SymbolicTensor[];

/**
 * The network of a list of layers that ends as `finish` has it, its weights still to be drawn.
 *
 * @throws StageError where the list does not fit together, or a layer cannot take what comes before it.
 */
export const assemble = (
  params: Arranging & { readonly name?: string },
  finish: Finish,
  { shape, masks }: { readonly shape: NetworkShape; readonly masks: MaskSource },
): Network => {
  const arranged = arrange(params);
  const values = new Map<string, SymbolicTensor>();
  const inputs = inputsOf(arranged, shape);
  for (const placed of arranged.layers) values.set(placed.name, valueOfLayer(placed, { values, inputs, shape }));
  const ends = arranged.outputs.map((name) => ({
    placed: arranged.layers.find((one) => one.name === name)!,
    value: values.get(name)!,
  }));
  const network = new Network({
    inputs: [...inputs.values()],
    outputs: finish(ends, shape),
    name: params.name ?? 'network',
  });
  connectMasks(network, masks);
  return network;
};

/** The network's inputs by their names, in the order of the data. */
type Inputs = ReadonlyMap<string, SymbolicTensor>;

const inputsOf = ({ layers: placed }: Arranged, shape: NetworkShape): Inputs => {
  const items = placed.filter(({ item }) => item.type === 'Input');
  const given = Object.entries(shape.inputs ?? {});
  if (given.length === 0) {
    if (items.length > 1) throw severalInputs(items, ['the features']);
    if (items[0] !== undefined) refuseOtherShape(items[0], shape);
    return new Map([
      [items[0]?.name ?? 'features', input({ shape: [...shape.features], name: items[0]?.name ?? 'features' })],
    ]);
  }
  const names = given.map(([name]) => name);
  const known = items.filter(({ name }) => names.includes(name));
  if (known.length !== items.length || items.length !== given.length) throw severalInputs(items, names);
  for (const item of items) refuseOtherShape(item, shape.inputs![item.name]!);
  return new Map(given.map(([name, { features }]) => [name, input({ shape: [...features], name })]));
};

const severalInputs = (items: readonly Placed[], names: readonly string[]): StageError =>
  new StageError(
    `the list has the inputs ${listed(items.map(({ name }) => name))}, the data set has ${listed(names)}`,
    'each input of the data set needs one layer { "type": "Input", "name": … } of its name',
  );

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

const refuseOtherShape = ({ item, title }: Placed, { features }: InputShape): void => {
  const wanted = item['shape'] as readonly number[] | undefined;
  if (wanted === undefined || String(wanted) === String(features)) return;
  throw new StageError(`${title} has the shape [${wanted.join(', ')}]; the features are [${features.join(', ')}]`);
};

interface Building {
  readonly values: ReadonlyMap<string, SymbolicTensor>;
  readonly inputs: Inputs;
  readonly shape: NetworkShape;
}

const valueOfLayer = (placed: Placed, { values, inputs, shape }: Building): SymbolicTensor => {
  if (placed.item.type === 'Input') return inputs.get(placed.name)!;
  const sources = placed.inputs.length > 0 ? placed.inputs.map((name) => values.get(name)!) : [firstOf(inputs, placed)];
  for (const source of sources) refuseRank(placed, source.shape);
  const layer = makeLayer(completed(placed, sources[0]!, shape), placed.name);
  const value = applied(placed, layer, sources);
  refuseNothingLeft(placed, value.shape, sources);
  return value;
};

const firstOf = (inputs: Inputs, { title }: Placed): SymbolicTensor => {
  const [first, ...others] = [...inputs.values()];
  if (others.length === 0) return first!;
  throw new StageError(`${title} names no inputs, and the data set has several`, 'begin with layers of the type Input');
};

/** What a list may leave to the data: the ids of an embedding, the positions of a sequence. */
const completed = ({ item, title, inputs }: Placed, source: SymbolicTensor, shape: NetworkShape): Placed['item'] => {
  if (item.type === 'PositionEmbedding') return { max_length: source.shape[1] as number, ...item };
  if (item.type !== 'Embedding') return item;
  const vocabulary = shape.inputs?.[inputs[0] ?? '']?.vocabulary ?? shape.vocabulary;
  const dim = (item['input_dim'] as number | undefined) ?? vocabulary;
  if (dim === undefined) {
    throw new StageError(`${title} needs "input_dim": the features are no ids of tokens whose number is known`);
  }
  if (inputs.length === 0 && vocabulary !== undefined && dim < vocabulary) {
    throw new StageError(`${title} has ${dim} ids; the data has ${vocabulary}`, 'leave "input_dim" out: it is known');
  }
  return { ...item, input_dim: dim };
};

const refuseRank = (placed: Placed, shape: Shape): void => {
  const { item, title } = placed;
  const want = wants[item.type];
  const rank = shape.length - 1;
  if (item.type === 'Flatten' && rank === 1) {
    throw new StageError(`${title} gets ${shown(shape)}, which is flat`, 'leave it out');
  }
  if (item.type === 'Reshape') refuseOtherSize(placed, shape);
  if (want === undefined || want.rank === rank) return;
  throw new StageError(`${title} takes ${want.words}; it gets ${shown(shape)}`, remedyFor(want, rank));
};

/** TensorFlow.js would notice only when it computes. */
const refuseOtherSize = ({ item, title }: Placed, shape: Shape): void => {
  const target = item['target_shape'] as readonly number[];
  const [there, here] = [target, shape.slice(1) as number[]].map((sizes) => sizes.reduce((all, size) => all * size, 1));
  if (there === here) return;
  throw new StageError(`${title} cannot make [${target.join(', ')}] of ${shown(shape)}: ${there} elements of ${here}`);
};

const applied = ({ title }: Placed, layer: layers.Layer, sources: readonly SymbolicTensor[]): SymbolicTensor => {
  try {
    return layer.apply(sources.length === 1 ? sources[0]! : [...sources]) as SymbolicTensor;
  } catch (error) {
    const got = sources.map(({ shape }) => shown(shape)).join(' and ');
    throw new StageError(`${title} cannot take ${got}: ${String((error as Error).message).split('\n')[0]}`);
  }
};

const refuseNothingLeft = ({ title }: Placed, shape: Shape, sources: readonly SymbolicTensor[]): void => {
  if (shape.slice(1).every((size) => size === null || size >= 1)) return;
  throw new StageError(
    `${title} leaves nothing of ${shown(sources[0]!.shape)}: it gives ${shown(shape)}`,
    '"padding": "same" keeps the borders; smaller windows and steps leave more',
  );
};

/** A shape of one example: [28, 28, 1]. */
export const shown = (shape: Shape): string =>
  `[${shape
    .slice(1)
    .map((size) => size ?? '?')
    .join(', ')}]`;
