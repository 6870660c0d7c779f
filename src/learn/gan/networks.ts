import { StageError } from '../error.ts';
import type { MaskSource } from '../models/dropout.ts';
import { initialize } from '../models/initialize.ts';
import { assemble, buildList, type Finish, shown } from '../models/list/build.ts';
import type { LayerItem } from '../models/list/items.ts';
import type { Network } from '../models/network.ts';
import { type DcganParams, dcganDiscriminator, dcganGenerator, type ImageShape } from './dcgan.ts';

/** As stage.json declares it, defaults filled in. */
export type PlayerParams = ({ readonly preset: 'dcgan' } & DcganParams) | { readonly layers: readonly LayerItem[] };

/** What the two play with. */
export interface Board {
  readonly image: ImageShape;
  /** Least and greatest value of the real images. */
  readonly range: readonly [number, number];
  /** Random numbers of which an image is drawn, at least 1. */
  readonly latent: number;
  /** Classes by which images are drawn; 0: they are not. */
  readonly classes: number;
}

/** What a network needs beside its layers: where its dropout draws from, and the seed of its first weights. */
export interface Origin {
  readonly masks: MaskSource;
  readonly seed: number;
}

/**
 * Random numbers, and the class one-hot after them [rows, latent + classes] → images [rows, height, width, channels].
 *
 * @throws StageError where its layers do not fit together, or do not end with an image.
 */
export const buildGenerator = (params: PlayerParams, board: Board, { masks, seed }: Origin): Network => {
  const { image, latent, classes } = board;
  const layers = 'layers' in params ? params.layers : dcganGenerator(params, image, endOf(board));
  const shape = { features: [latent + classes], outputs: 1 };
  const network = blaming('generator', () =>
    assemble({ layers, name: 'generator' }, endsWith(image), { shape, masks }),
  );
  initialize(network, seed);
  return network;
};

/**
 * Images [rows, height, width, channels] → what speaks for a real one [rows, 1 + classes]: a logit, and, where images are
 * drawn by class, what each class adds to it for images that are said to be of it.
 *
 * @throws StageError where its layers do not fit together.
 */
export const buildDiscriminator = (params: PlayerParams, board: Board, { masks, seed }: Origin): Network => {
  const layers = 'layers' in params ? params.layers : dcganDiscriminator(params, board.image);
  const shape = { features: board.image, outputs: 1 + board.classes };
  const network = blaming('discriminator', () =>
    buildList({ layers, head: true, name: 'discriminator' }, shape, masks),
  );
  initialize(network, seed);
  return network;
};

const endsWith =
  (image: ImageShape): Finish =>
  (ends) =>
    ends.map(({ placed, value }) => {
      if (String(value.shape.slice(1)) === String(image)) return value;
      throw new StageError(
        `the images are [${image.join(', ')}]; ${placed.title} gives ${shown(value.shape)}`,
        'a generator ends with the shape of an image: one filter for each channel',
      );
    });

const endOf = ({ range: [least, greatest] }: Board): 'sigmoid' | 'tanh' => {
  if (least >= 0 && greatest <= 1) return 'sigmoid';
  if (least >= -1 && greatest <= 1) return 'tanh';
  throw new StageError(
    `the images have values from ${least} to ${greatest}, and the generator's are from 0 to 1, or from -1 to 1`,
    'put a normalize stage before with the method min-max, or give the generator layers of its own',
  );
};

/** There are two lists of layers: an error says which one it is about. */
const blaming = <Made>(whose: string, make: () => Made): Made => {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    throw new StageError(`${whose}: ${error.message.split('\nhint: ')[0]}`, error.hint);
  }
};
