import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../training/batches.ts';
import { diverged } from '../training/readings.ts';
import { type Game, givenFor, play, tensorsOf } from './play.ts';
import { learn, tryMove } from './player.ts';

/** What one turn gave. */
export interface Turn {
  readonly generatorLoss: number;
  readonly discriminatorLoss: number;
  /** Share of the images, real and drawn, that the discriminator told right. */
  readonly accuracy: number;
}

export interface Place {
  /** From 0 over the whole training. */
  readonly step: number;
  /** Seed of the turn's random numbers. */
  readonly seed: number;
}

/** One way to take the turns of a game. */
export interface Turns {
  readonly way: 'eager' | 'compiled';
  /**
   * One step of each player; see `play`.
   *
   * @param batch real images, and their classes where images are drawn by class.
   * @throws StageError where a loss is no finite number.
   */
  take(batch: Batch, place: Place): Promise<Turn>;
  /** Brings the players' weights, and what their optimizers remember, up to date. */
  settle(): void;
  close(): void;
}

/** Op by op, as TensorFlow.js does it: the reference, and the way of every backend but `tensorflow`. */
export const eagerTurns = (game: Game): Turns => ({
  way: 'eager',
  take: async (batch, { step, seed }) => {
    const given = tensorsOf(givenFor(game, batch, seed));
    const { losses, right } = play(game, given, { step, move: (player, loss) => learn(player, step, loss) });
    const found = (await Promise.all([...losses, right].map((of) => of.data()))).map(([value]) => value!);
    tf.dispose([...losses, right, ...Object.values(given)]);
    return turnOf(found, { step, rows: batch.rows });
  },
  settle: () => {},
  close: () => {},
});

/** @throws StageError where a loss is no finite number. */
export const turnOf = (
  [generatorLoss = Number.NaN, discriminatorLoss = Number.NaN, right = Number.NaN]: readonly number[],
  { step, rows }: { readonly step: number; readonly rows: number },
): Turn => {
  for (const [whose, loss] of Object.entries({ generator: generatorLoss, discriminator: discriminatorLoss }))
    if (!Number.isFinite(loss)) throw diverged(`the ${whose}'s loss of step ${step + 1} is ${loss}`);
  return { generatorLoss, discriminatorLoss, accuracy: right / (2 * rows) };
};

/** Computes what a turn takes, and changes nothing: for whoever watches which kernels that takes. */
export const tryTurn = (game: Game, batch: Batch): void => {
  const given = tensorsOf(givenFor(game, batch, 0));
  const { losses, right } = play(game, given, { step: 0, move: tryMove });
  tf.dispose([...losses, right, ...Object.values(given)]);
};
