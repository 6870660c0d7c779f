import { setImmediate } from 'node:timers/promises';
import type { Finding } from '../../types/generated/findings.ts';
import type { GanEpoch, GanHistory } from '../../types/generated/gan-history.ts';
import { bridgeMissingKernels } from '../backends/bridge.ts';
import type { Examples } from '../data/examples.ts';
import { tryOutputs } from '../models/predict.ts';
import { derive } from '../random.ts';
import { type Batch, batches, batchOf } from '../training/batches.ts';
import { turnsFor } from './choose-turns.ts';
import { meanDistance, type Yardstick, yardstickOf } from './diversity.ts';
import type { Game } from './play.ts';
import { wearAverages } from './player.ts';
import { keepPosition, lastPosition } from './position.ts';
import { drawImages, sheetLabels, sheetOf } from './sheet.ts';
import { type Limits, troubleIn } from './trouble.ts';
import { type Turn, type Turns, tryTurn } from './turn.ts';

/** The training of a generator against a discriminator, planned whole. */
export interface GanTraining extends Limits {
  readonly game: Game;
  readonly train: Examples;
  readonly epochs: number;
  /** Real images in a step, and as many drawn ones; those left over in an epoch are left out. */
  readonly batchSize: number;
  readonly seeds: {
    /** Of the orders of the epochs. */
    readonly shuffle: number;
    /** Of the random numbers from which images are drawn in training. */
    readonly latents: number;
    /** Of those that sheets and diversity are judged by. */
    readonly samples: number;
  };
  /** Whether a turn is compiled where the backend can; else it is taken op by op. */
  readonly compile: boolean;
  /** Folder of the checkpoints; trainings that differ in `epochs` alone share it. */
  readonly scratch: string;
}

export interface GanWatcher {
  readonly signal: AbortSignal;
  readonly stepped: (turn: Turn, done: number, steps: number) => void;
  readonly ended: (epoch: GanEpoch) => void;
  readonly found: (finding: Finding) => void;
  readonly damaged: (checkpoint: string) => void;
  /** Kernels that the backend lacks, and plain JavaScript computes. */
  readonly bridged: (kernels: readonly string[]) => void;
  /** How turns are taken; with the reason, where they were to be compiled and cannot be. */
  readonly playing: (way: Turns['way'], reason?: string) => void;
}

export interface GanResult {
  readonly history: GanHistory;
  /** A PNG for each epoch, of the same random numbers. */
  readonly sheets: readonly Uint8Array[];
}

/**
 * Trains two networks in place. Where the generator's optimizer averages its weights, the averages are what draws the
 * sheets, and what the generator has at the end. The same training gives bit-identical weights on the same backend with the same number
 * of threads, also where it was killed and went on from the epoch that had ended.
 *
 * @throws StageError where a loss is no finite number, or all images are alike; and what the watcher throws.
 */
export const trainGan = async (training: GanTraining, watcher: GanWatcher): Promise<GanResult> => {
  const { game, train, seeds, scratch } = training;
  const groups = game.board.classes > 0 ? train.target : new Int32Array(train.rows);
  const yardstick = yardstickOf(train.features, groups, seeds.samples);
  const two = batchOf(train, Int32Array.of(0, 1), 1);
  const drawn = { features: new Float32Array(game.board.latent + game.board.classes) };
  const tryAll = (): void => {
    tryTurn(game, two);
    // A generator that draws and does not learn may take other kernels.
    tryOutputs(game.generator.network, { ...drawn, featureShape: [drawn.features.length] });
  };
  watcher.bridged(await bridgeMissingKernels(tryAll));
  let { epochs, sheets } = await lastPosition(game, { scratch, upTo: training.epochs, onDamage: watcher.damaged });
  for (const finding of troubleIn(epochs, training)) watcher.found(finding);
  const turns = turnsFor(training, watcher);

  try {
    while (epochs.length < training.epochs) {
      const epoch = epochs.length + 1;
      const losses = await takeTurns(training, epoch, { ...watcher, turns });
      turns.settle();
      const takeOff = wearAverages(game.generator);
      const record = { epoch, ...losses, diversity: await diversityOf(training, yardstick) };
      epochs = [...epochs, record];
      sheets = [...sheets, await drawSheet(training)];
      takeOff();
      await keepPosition(game, { epochs, sheets }, scratch);
      watcher.ended(record);
      for (const finding of troubleIn(epochs, training)) if (finding.epoch === epoch) watcher.found(finding);
    }
  } finally {
    turns.close();
  }
  wearAverages(game.generator);
  return {
    history: { format: 'stemma-gan-history-v1', epochs: [...epochs], real_distance: yardstick.distance },
    sheets,
  };
};

interface Taking extends GanWatcher {
  readonly turns: Turns;
}

const takeTurns = async (training: GanTraining, epoch: number, { signal, stepped, turns }: Taking) => {
  const { seeds, epochs } = training;
  const perEpoch = turnsOf(training);
  const sums = { generator: 0, discriminator: 0, accuracy: 0 };
  let step = (epoch - 1) * perEpoch;
  for (const batch of wholeBatches(training, epoch)) {
    const turn = await turns.take(batch, { step, seed: derive(seeds.latents, step) });
    step += 1;
    sums.generator += turn.generatorLoss;
    sums.discriminator += turn.discriminatorLoss;
    sums.accuracy += turn.accuracy;
    if (step % turnsPerReport !== 0 && step < epoch * perEpoch) continue;
    stepped(turn, step, epochs * perEpoch);
    await setImmediate(); // A cancellation can come in only while the loop lets go.
    signal.throwIfAborted();
  }
  return {
    generator_loss: sums.generator / perEpoch,
    discriminator_loss: sums.discriminator / perEpoch,
    accuracy: sums.accuracy / perEpoch,
  };
};

const turnsPerReport = 10;

/** Batch normalization of a last batch of a row or two would tell the discriminator more than the images do. */
function* wholeBatches({ train, batchSize, seeds }: GanTraining, epoch: number): Generator<Batch> {
  for (const batch of batches(train, { batchSize, epoch, seed: seeds.shuffle }))
    if (batch.rows === batchSize || train.rows < batchSize) yield batch;
}

const turnsOf = ({ train, batchSize }: GanTraining): number => Math.max(1, Math.floor(train.rows / batchSize));

const diversityOf = async ({ game, seeds }: GanTraining, { groups, distance }: Yardstick): Promise<number> => {
  const images = await drawImages(game.generator.network, game.board, { labels: groups, seed: seeds.samples });
  return meanDistance(images, groups) / distance;
};

const drawSheet = async ({ game, seeds }: GanTraining): Promise<Uint8Array> => {
  const labels = sheetLabels(game.board);
  const images = await drawImages(game.generator.network, game.board, { labels, seed: seeds.samples });
  return sheetOf(images, game.board);
};
