import { StageError } from '../../error.ts';
import type { LayerItem, NetworkShape } from '../list/items.ts';

/** L1 and L2 of all layers but the head; 0 is none. */
export interface Penalties {
  readonly l1: number;
  readonly l2: number;
}

/** The param of a kernel's regularizer, where there is one. */
export const penalized = ({ l1, l2 }: Penalties): { readonly kernel_regularizer?: Partial<Penalties> } =>
  l1 === 0 && l2 === 0 ? {} : { kernel_regularizer: { ...(l1 > 0 ? { l1 } : {}), ...(l2 > 0 ? { l2 } : {}) } };

/** Dropout after a layer, where there is any. */
export const droppedAfter = (name: string, rate: number): readonly LayerItem[] =>
  rate > 0 ? [{ type: 'Dropout', rate, name: `dropout_${name}` }] : [];

/** Hidden dense layers with ReLU, each with dropout after it. */
export const denseItems = (
  units: readonly number[],
  { dropout, ...penalties }: Penalties & { readonly dropout: number },
): readonly LayerItem[] =>
  units.flatMap((count, index) => [
    { type: 'Dense', units: count, activation: 'relu', name: `dense_${index + 1}`, ...penalized(penalties) },
    ...droppedAfter(`dense_${index + 1}`, dropout),
  ]);

export type ImageNorm = 'none' | 'batch' | 'group';

/** The normalization of a convolution's channels. */
export const normItem = (norm: Exclude<ImageNorm, 'none'>, channels: number, name: string): LayerItem =>
  norm === 'batch'
    ? // Keras's 0.99 takes hundreds of steps to forget the statistics that it begins with; a small training has fewer.
      { type: 'BatchNormalization', momentum: 0.9, name }
    : { type: 'GroupNormalization', groups: groupsOf(channels), name };

/** 8 groups, or as many as divide the channels. */
const groupsOf = (channels: number): number => [8, 7, 6, 5, 4, 3, 2, 1].find((groups) => channels % groups === 0)!;

/** @throws StageError where the features are no images. */
export const refuseNoImages = (preset: string, { features }: Pick<NetworkShape, 'features'>): void => {
  if (features.length === 3) return;
  throw new StageError(
    `the preset "${preset}" takes images [height, width, channels]; the features are [${features.join(', ')}]`,
    '"preset": "mlp" takes features of any shape',
  );
};
