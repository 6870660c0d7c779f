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

export interface Reading {
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
    readings.push({ rows, loss: mean * rows, score: sum });
  }
  return readings;
};

/** Mean loss and score over the examples of some steps. */
export const meansOf = (readings: readonly Reading[]): { readonly loss: number; readonly score: number } => {
  const total = (value: (reading: Reading) => number): number => readings.reduce((sum, each) => sum + value(each), 0);
  const rows = total((reading) => reading.rows);
  return { loss: total(({ loss }) => loss) / rows, score: total(({ score }) => score) / rows };
};

/** The failure of a training whose numbers have left the range of numbers. */
export class Diverged extends StageError {}

/** @param sign what shows it. */
export const diverged = (sign: string): Diverged =>
  new Diverged(
    `the training has diverged: ${sign}`,
    'a lower optimizer.rate, or a schedule with warmup, keeps it together; features far from 0 to 1 need normalize',
  );
