import * as tf from '@tensorflow/tfjs-core';
import { Untraceable } from '../backends/tensorflow/trace.ts';
import { type Batch, batchOf } from '../training/batches.ts';
import { compiledTurns } from './compiled-turns.ts';
import type { GanTraining, GanWatcher } from './train.ts';
import { eagerTurns, type Turns } from './turn.ts';

/**
 * The way in which the turns of a training are taken: compiled, where that is asked for and the backend is `tensorflow`
 * and a turn can be written down as a graph; else op by op. It depends on what is in the fingerprint, and on nothing
 * else.
 */
export const turnsFor = (training: GanTraining, { playing }: Pick<GanWatcher, 'playing'>): Turns => {
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
const samplesOf = ({ train, batchSize }: GanTraining): readonly [Batch, Batch] => {
  const rows = Int32Array.from({ length: Math.min(batchSize, train.rows) }, (_, row) => row);
  return [batchOf(train, rows, 1), batchOf(train, rows.toReversed(), 1)];
};
