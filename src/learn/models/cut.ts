import { StageError } from '../error.ts';
import type { MaskSource } from './dropout.ts';
import { assemble, buildList } from './list/build.ts';
import type { LayerItem, NetworkShape } from './list/items.ts';
import type { Network } from './network.ts';

/** Where a network is cut. */
export interface Cutting {
  /** The last layer of the other network that is taken: its name, or its number from the end, where -1 is the last one. */
  readonly cut: string | number;
  /** How each channel of images or sequences becomes one number at the cut; absent: not at all. */
  readonly pooling?: 'avg' | 'max';
}

/** A network on the first layers of another one. */
export interface CutParams extends Cutting {
  /** New layers on it. */
  readonly layers: readonly LayerItem[];
  /** Whether a dense layer for the target is added. */
  readonly head: boolean;
}

export interface CutNetwork {
  readonly network: Network;
  /** Names of the layers that are the other network's. */
  readonly taken: ReadonlySet<string>;
  /** Names of its layers that are left off. */
  readonly left: readonly string[];
}

/**
 * Builds a network on the first layers of another one, its weights still to be drawn and loaded.
 *
 * @param base the other network's layers, all named and with their inputs, each after those that feed it.
 * @throws StageError where there is no such layer, or what is built on it does not fit.
 */
export const buildCut = (params: CutParams, base: readonly LayerItem[], given: Given): CutNetwork => {
  const { kept, pooled, left } = takenBy(params, base, given);
  const layers = [...kept, ...pooled, ...params.layers];
  const network = buildList({ layers, head: params.head, name: 'transfer' }, given.shape, given.masks);
  return { network, taken: new Set(kept.map(({ name }) => name!)), left };
};

/**
 * The first layers of another network alone, their weights still to be loaded.
 *
 * @throws StageError where there is no such layer.
 */
export const buildPrefix = (cutting: Cutting, base: readonly LayerItem[], given: Given): CutNetwork => {
  const { kept, pooled, left } = takenBy(cutting, base, given);
  const params = { layers: [...kept, ...pooled], head: false, name: 'prefix' };
  const network = assemble(params, (ends) => ends.map(({ value }) => value), given);
  return { network, taken: new Set(kept.map(({ name }) => name!)), left };
};

interface Given {
  readonly shape: NetworkShape;
  readonly masks: MaskSource;
}

const takenBy = ({ cut, pooling }: Cutting, base: readonly LayerItem[], given: Given) => {
  const { kept, left } = cutAt(cut, base);
  refuseFewIds(kept, given.shape);
  return { kept, left, pooled: pooling === undefined ? [] : [poolingItem(pooling, rankOf(kept, given))] };
};

/** The layers that lead to the cut, that one included, and the names of the others. */
export const cutAt = (
  cut: string | number,
  base: readonly LayerItem[],
): { readonly kept: readonly LayerItem[]; readonly left: readonly string[] } => {
  const last = typeof cut === 'number' ? base.at(cut) : base.find(({ name }) => name === cut);
  if (last === undefined || last.type === 'Input') {
    const names = base.filter(({ type }) => type !== 'Input').map(({ name }) => name);
    throw new StageError(
      typeof cut === 'number'
        ? `model.cut is ${cut}, and the pretrained network has ${names.length} layers`
        : `model.cut is "${cut}", and the pretrained network has no such layer`,
      `it has ${names.join(', ')}`,
    );
  }
  const leading = new Set([last.name!]);
  for (const { name, inputs = [] } of base.toReversed())
    if (leading.has(name!)) for (const input of [inputs].flat()) leading.add(input);
  return {
    kept: base.filter(({ name }) => leading.has(name!)),
    left: base.flatMap(({ name }) => (leading.has(name!) ? [] : name!)),
  };
};

/** Axes of one example at the end of some layers. */
const rankOf = (layers: readonly LayerItem[], given: Given): number => {
  const probe = assemble({ layers, head: false }, (ends) => ends.map(({ value }) => value), given);
  const rank = probe.outputs[0]!.shape.length - 1;
  probe.dispose();
  return rank;
};

const poolingItem = (pooling: 'avg' | 'max', rank: number): LayerItem => {
  if (rank === 2 || rank === 3)
    return { type: `Global${pooling === 'avg' ? 'Average' : 'Max'}Pooling${rank === 2 ? '1D' : '2D'}` };
  throw new StageError(
    `model.pooling is "${pooling}", and the pretrained network hands on ${rank === 1 ? 'vectors' : `${rank} axes`} at the cut`,
    'it makes vectors of images and sequences: leave it out, or cut elsewhere',
  );
};

/** An embedding has a vector for each id that it was trained with, and none for others. */
const refuseFewIds = (items: readonly LayerItem[], { vocabulary }: NetworkShape): void => {
  const few = items.find(
    ({ type, input_dim: ids }) => type === 'Embedding' && vocabulary !== undefined && (ids as number) < vocabulary,
  );
  if (few === undefined) return;
  throw new StageError(
    `"${few.name}" of the pretrained network has ${few['input_dim']} ids; the data has ${vocabulary}`,
    'give normalize the vocabulary that it was trained with',
  );
};
