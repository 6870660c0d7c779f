import { startBackend } from '../../src/learn/backends/backend.ts';
import { type Examples, loadExamples } from '../../src/learn/data/dataset.ts';
import { StageError } from '../../src/learn/error.ts';
import type { ImageShape } from '../../src/learn/gan/dcgan.ts';
import { type Board, buildDiscriminator, buildGenerator } from '../../src/learn/gan/networks.ts';
import { type Player, playerOf } from '../../src/learn/gan/player.ts';
import type { GanTraining } from '../../src/learn/gan/train.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { makeOptimizer, type OptimizerParams } from '../../src/learn/training/optimizers/make.ts';
import type { StageContext } from '../../src/types/stage.ts';
import type { GanParams } from './params.ts';

/** Loads the images, starts the backend and builds both networks: all that lies before the first step. */
export const prepare = async (context: StageContext<GanParams>): Promise<GanTraining> => {
  const { params, scratch, seed } = context;
  const train = await loadExamples(pathOf(context.deps, 'train'));
  refuseUnfit(train);
  const board = boardOf(train, params);
  await startBackend(context.backend!);

  const play = (whose: 'generator' | 'discriminator', build: typeof buildGenerator): Player => {
    const masks = { seed: seed(`${whose} dropout`), step: 0 };
    const network = build(params[whose], board, { masks, seed: seed(`${whose} init`) });
    return playerOf({ network, masks, optimizer: optimizerOf(params, whose) });
  };
  const generator = play('generator', buildGenerator);
  const discriminator = play('discriminator', buildDiscriminator);
  return {
    game: { board, generator, discriminator, smoothing: params.label_smoothing },
    train,
    epochs: params.epochs,
    batchSize: params.batch_size,
    compile: params.compile,
    collapseBelow: params.collapse_below,
    seeds: { shuffle: seed('shuffle'), latents: seed('latents'), samples: seed('samples') },
    scratch,
  };
};

const optimizerOf = (params: GanParams, whose: 'generator' | 'discriminator') => {
  const ema = whose === 'generator' && params.ema !== undefined ? { ema: params.ema } : {};
  return makeOptimizer({ ...params[`${whose}_optimizer`], ...ema, accumulate: 1 } as OptimizerParams);
};

/** @throws StageError where there are no images to learn from, or something about them would go unheeded. */
const refuseUnfit = ({ rows, featureShape, augment, weights, classWeights }: Examples): void => {
  if (rows < 2) throw new StageError(`dep train has ${rows} images: a generator needs many to learn from`);
  const channels = featureShape[2];
  if (featureShape.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new StageError(
      `the features of dep train are [${featureShape.join(', ')}], and gan draws images [height, width, 1 or 3]`,
    );
  }
  if (augment !== null) {
    throw new StageError(
      'dep train has an augmentation policy: a generator would learn to draw what is made up',
      'give it train as split or normalize made it',
    );
  }
  if (weights !== undefined || classWeights !== undefined) {
    throw new StageError('dep train has weights of rows or classes, and to gan all rows count alike', 'leave balance out, or let it copy rows'); // biome-ignore format: one line
  }
};

const boardOf = ({ featureShape, features, classes }: Examples, { latent, conditional }: GanParams): Board => {
  if (conditional && classes === null) {
    throw new StageError('conditional is true, and dep train has no classes', 'name a target of classes in ingest.target'); // biome-ignore format: one line
  }
  let range: readonly [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of features) if (value < range[0] || value > range[1]) range = [Math.min(range[0], value), Math.max(range[1], value)]; // biome-ignore format: one line
  return { image: featureShape as unknown as ImageShape, range, latent, classes: conditional ? classes!.length : 0 };
};
