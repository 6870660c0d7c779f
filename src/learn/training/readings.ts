import * as tf from '@tensorflow/tfjs-core';
import { StageError } from '../error.ts';

/** What one step gave, still on the backend. */
export interface Unread {
  /** From 0, over the whole training. */
  readonly step: number;
  readonly rows: number;
  readonly loss: tf.Scalar;
  readonly score: tf.Scalar;
}

/** What one step gave. */
export interface Reading {
  /** From 0, over the whole training. */
  readonly step: number;
  readonly rows: number;
  /** Sum over the rows. */
  readonly loss: number;
  /** Sum over the rows. */
  readonly score: number;
}

/**
 * Reads the losses and scores of some steps at once, since each reading makes a device wait; empties the list.
 *
 * @throws StageError where a loss is no finite number.
 */
export const readSteps = async (unread: Unread[]): Promise<readonly Reading[]> => {
  const readings: Reading[] = [];
  for (const { step, rows, loss, score } of unread.splice(0)) {
    const [[mean = Number.NaN], [sum = Number.NaN]] = await Promise.all([loss.data(), score.data()]);
    tf.dispose([loss, score]);
    if (!Number.isFinite(mean)) throw diverged(`the loss of step ${step + 1} is ${mean}`);
    readings.push({ step, rows, loss: mean * rows, score: sum });
  }
  return readings;
};

/** The failure of a training whose numbers have left the range of numbers. */
export const diverged = (sign: string): StageError =>
  new StageError(
    `the training has diverged: ${sign}`,
    'a lower optimizer.rate, or a schedule with warmup, keeps it together; features far from 0 to 1 need normalize',
  );
