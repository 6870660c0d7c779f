import type { LayerItem, NetworkShape } from '../list/items.ts';
import { denseItems, droppedAfter, type Penalties, penalized } from './common.ts';

export interface MlpParams extends Penalties {
  readonly preset: 'mlp';
  /** Units of each hidden dense layer, at least one. */
  readonly units: readonly number[];
  /** Share of each hidden layer's outputs that is dropped while training, in [0, 1). */
  readonly dropout: number;
  /** What normalizes each hidden layer before its ReLU; it has no bias then. */
  readonly norm: 'none' | 'batch' | 'layer';
}

/** Dense layers with bias (or normalization) and ReLU. */
export const mlpItems = (params: MlpParams, { features }: NetworkShape): readonly LayerItem[] => {
  const flat: readonly LayerItem[] = features.length > 1 ? [{ type: 'Flatten', name: 'flatten' }] : [];
  if (params.norm === 'none') return [...flat, ...denseItems(params.units, params)];
  return [...flat, ...params.units.flatMap((units, index) => normalized(params, units, index + 1))];
};

const normalized = (params: MlpParams, units: number, number: number): readonly LayerItem[] => [
  { type: 'Dense', units, use_bias: false, name: `dense_${number}`, ...penalized(params) },
  params.norm === 'batch'
    ? { type: 'BatchNormalization', momentum: 0.9, name: `norm_${number}` }
    : { type: 'LayerNormalization', name: `norm_${number}` },
  { type: 'ReLU', name: `relu_${number}` },
  ...droppedAfter(`dense_${number}`, params.dropout),
];
