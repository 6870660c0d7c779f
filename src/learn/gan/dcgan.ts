import { StageError } from '../error.ts';
import type { LayerItem } from '../models/list/items.ts';

/** [height, width, channels] */
export type ImageShape = readonly [number, number, number];

/** A network that follows from the images' shape. */
export interface DcganParams {
  /** Filters of the convolutions, from the image on. */
  readonly filters: readonly number[];
  /** Share of what each convolution of the discriminator gives that is dropped while training, in [0, 1). */
  readonly dropout?: number;
}

/**
 * A generator in the manner of DCGAN: a dense layer makes a small image of many channels, and each transposed convolution
 * doubles its height and width. All but the last are followed by batch normalization and leaky ReLU; the last one ends
 * in `activation`.
 *
 * @throws StageError where the image cannot be halved that often.
 * @see A. Radford, L. Metz, S. Chintala: Unsupervised Representation Learning with Deep Convolutional GANs, ICLR 2016.
 */
export const dcganGenerator = (
  { filters }: DcganParams,
  shape: ImageShape,
  activation: 'sigmoid' | 'tanh',
): readonly LayerItem[] => {
  const [height, width] = smallest(shape, filters.length);
  const channels = filters.toReversed();
  return [
    { type: 'Dense', units: height * width * channels[0]!, use_bias: false },
    ...settled,
    { type: 'Reshape', target_shape: [height, width, channels[0]!] },
    ...channels.slice(1).flatMap((size) => [{ ...doubling, filters: size, use_bias: false }, ...settled]),
    { ...doubling, filters: shape[2], activation },
  ];
};

/**
 * A discriminator in the manner of DCGAN, but for its dropout in place of batch normalization: each convolution halves
 * height and width.
 *
 * @throws StageError where the image cannot be halved that often.
 */
export const dcganDiscriminator = ({ filters, dropout = 0 }: DcganParams, shape: ImageShape): readonly LayerItem[] => {
  smallest(shape, filters.length);
  return [
    ...filters.flatMap((size) => [
      { type: 'Conv2D', filters: size, kernel_size: 4, strides: 2, padding: 'same' },
      { type: 'LeakyReLU', alpha: 0.2 },
      ...(dropout === 0 ? [] : [{ type: 'Dropout', rate: dropout }]),
    ]),
    { type: 'Flatten' },
  ];
};

const doubling = { type: 'Conv2DTranspose', kernel_size: 4, strides: 2, padding: 'same' } as const;

/** A short memory, since what is normalized changes as long as the two play. */
const settled: readonly LayerItem[] = [
  { type: 'BatchNormalization', momentum: 0.9 },
  { type: 'LeakyReLU', alpha: 0.2 },
];

const smallest = ([height, width]: ImageShape, halvings: number): readonly [number, number] => {
  const share = 2 ** halvings;
  if (height % share === 0 && width % share === 0) return [height / share, width / share];
  throw new StageError(
    `images of ${height}×${width} cannot be halved ${halvings} times without a rest`,
    'fewer filters in generator and discriminator, or layer lists of your own',
  );
};
