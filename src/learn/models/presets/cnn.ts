import { StageError } from '../../error.ts';
import type { LayerItem, NetworkShape } from '../list/items.ts';
import { denseItems, droppedAfter, type ImageNorm, normItem, type Penalties, penalized, refuseNoImages } from './common.ts'; // biome-ignore format: one line

export interface CnnParams extends Penalties {
  readonly preset: 'cnn';
  /** Filters of each convolution. */
  readonly filters: readonly number[];
  /** Height and width of the filters. */
  readonly kernel: number;
  /** Height and width of the max-pooling after each convolution; 1 is none. */
  readonly pool: number;
  /** `valid`: no padding; `same`: convolution and pooling keep the borders. */
  readonly padding: 'valid' | 'same';
  /** Units of each hidden dense layer. */
  readonly units: readonly number[];
  /** Share of each dense layer's inputs that is dropped while training, in [0, 1). */
  readonly dropout: number;
  /** What normalizes each convolution before its ReLU; it has no bias then. */
  readonly norm: ImageNorm;
}

/** For each of `filters` a convolution with bias (or normalization) and ReLU, and max-pooling; then dense layers. */
export const cnnItems = (params: CnnParams, shape: NetworkShape): readonly LayerItem[] => {
  const { filters, kernel, pool, padding, units, dropout } = params;
  refuseNoImages('cnn', shape);
  refuseNothingLeft(shape.features, { kernel, pool, padding, depth: filters.length });
  const convolutions = filters.flatMap((count, index) => [
    ...convolution(params, count, index + 1),
    ...(pool > 1 ? [{ type: 'MaxPooling2D', pool_size: pool, padding, name: `pool_${index + 1}` }] : []),
  ]);
  return [
    ...convolutions,
    { type: 'Flatten', name: 'flatten' },
    ...droppedAfter('flatten', dropout),
    ...denseItems(units, params),
  ];
};

const convolution = (params: CnnParams, filters: number, number: number): readonly LayerItem[] => {
  const { kernel, padding, norm } = params;
  const item = {
    ...{ type: 'Conv2D', filters, kernel_size: kernel, padding, name: `conv_${number}` },
    ...penalized(params),
  };
  if (norm === 'none') return [{ ...item, activation: 'relu' }];
  return [
    { ...item, use_bias: false },
    normItem(norm, filters, `norm_${number}`),
    { type: 'ReLU', name: `relu_${number}` },
  ];
};

interface Windows {
  readonly kernel: number;
  readonly pool: number;
  readonly padding: 'valid' | 'same';
  readonly depth: number;
}

const refuseNothingLeft = ([height = 0, width = 0]: readonly number[], windows: Windows): void => {
  if (windows.padding === 'same' || remaining(Math.min(height, width), windows) >= 1) return;
  throw new StageError(
    `${windows.depth} convolutions of ${windows.kernel}×${windows.kernel} with pooling by ${windows.pool} ` +
      `leave nothing of an image of ${height}×${width}`,
    '"padding": "same" keeps the borders; fewer filters are fewer layers',
  );
};

/** Pixels along an axis after all convolutions and poolings without padding; below 1 there are none. */
const remaining = (size: number, { kernel, pool, depth }: Windows): number => {
  let left = size;
  for (let layer = 0; layer < depth; layer += 1) left = Math.floor((left - kernel + 1) / pool);
  return left;
};
