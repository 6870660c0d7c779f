import { StageError } from '../../error.ts';
import type { LayerItem, NetworkShape } from '../list/items.ts';
import { denseItems, droppedAfter, type ImageNorm, normItem, type Penalties, penalized, refuseNoImages } from './common.ts'; // biome-ignore format: one line

export interface VggParams extends Penalties {
  readonly preset: 'vgg';
  /** Filters of each block. */
  readonly filters: readonly number[];
  /** Convolutions in each block. */
  readonly convolutions: number;
  /** Units of each hidden dense layer. */
  readonly units: readonly number[];
  readonly norm: ImageNorm;
  /** Share of each dense layer's inputs that is dropped while training, in [0, 1). */
  readonly dropout: number;
}

/**
 * Blocks of 3×3 convolutions that keep the borders, each with ReLU, and max-pooling by 2 after each block; then dense
 * layers.
 *
 * @see K. Simonyan, A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015.
 */
export const vggItems = (params: VggParams, shape: NetworkShape): readonly LayerItem[] => {
  const { filters, convolutions, units, dropout } = params;
  refuseNoImages('vgg', shape);
  refuseTooSmall(shape.features, filters.length);
  const blocks = filters.flatMap((count, block) => [
    ...Array.from({ length: convolutions }, (_, at) => convolution(params, count, `${block + 1}_${at + 1}`)).flat(),
    { type: 'MaxPooling2D', pool_size: 2, name: `pool_${block + 1}` },
  ]);
  return [
    ...blocks,
    { type: 'Flatten', name: 'flatten' },
    ...droppedAfter('flatten', dropout),
    ...denseItems(units, params),
  ];
};

const convolution = (params: VggParams, filters: number, at: string): readonly LayerItem[] => {
  const item = {
    ...{ type: 'Conv2D', filters, kernel_size: 3, padding: 'same', name: `conv_${at}` },
    ...{ kernel_initializer: 'he_normal', ...penalized(params) },
  };
  if (params.norm === 'none') return [{ ...item, activation: 'relu' }];
  return [
    { ...item, use_bias: false },
    normItem(params.norm, filters, `norm_${at}`),
    { type: 'ReLU', name: `relu_${at}` },
  ];
};

const refuseTooSmall = ([height = 0, width = 0]: readonly number[], blocks: number): void => {
  if (Math.min(height, width) >= 2 ** blocks) return;
  throw new StageError(
    `${blocks} blocks halve an image ${blocks} times, and leave nothing of ${height}×${width}`,
    'fewer filters are fewer blocks',
  );
};
