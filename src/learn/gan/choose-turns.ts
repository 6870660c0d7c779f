import * as tf from '@tensorflow/tfjs-core';
import { Untraceable } from '../backends/tensorflow/trace.ts';
import type { Examples } from '../data/examples.ts';
import { type Batch, batchOf } from '../training/batches.ts';
import { compiledTurns } from './compiled-turns.ts';
import type { Game } from './play.ts';
import { eagerTurns, type Turns } from './turn.ts';

/** As much of a training as its turns need. */
export interface Turning {
  readonly game: Game;
  readonly train: Examples;
  readonly batchSize: number;
  /** Whether a turn is compiled where the backend can. */
  readonly compile: boolean;
}

/** Hears how turns are taken; with the reason, where they were to be compiled and cannot be. */
interface Hearing {
  readonly playing: (way: Turns['way'], reason?: string) => void;
}

/**
 * The way in which the turns of a training are taken: compiled, where that is asked for and the backend is `tensorflow`
 * and a turn can be written down as a graph; else op by op. It depends on what is in the fingerprint, and on nothing
 * else.
 */
export const turnsFor = (training: Turning, { playing }: Hearing): Turns => {
  const { game, compile } = training;
  if (!compile || tf.getBackend() !== 'tensorflow') {
    playing('eager');
    return eagerTurns(game);
  }
  try {
    const turns = compiledTurns(game, samplesOf(training));
    playing('compiled');
    return turns;
  } catch (error) {
    if (!(error instanceof Untraceable)) throw error;
    playing('eager', error.message);
    return eagerTurns(game);
  }
};

/** Two batches of the one size that there is: the first rows, forwards and backwards. */
const samplesOf = ({ train, batchSize }: Turning): readonly [Batch, Batch] => {
  const rows = Int32Array.from({ length: Math.min(batchSize, train.rows) }, (_, row) => row);
  return [batchOf(train, rows, 1), batchOf(train, rows.toReversed(), 1)];
};
