import * as tf from '@tensorflow/tfjs-core';
import { StageError } from '../error.ts';
import type { Squares } from './measures.ts';

/** What one step gave, still on the backend. */
export interface Unread {
  /** From 0, over the whole training. */
  readonly step: number;
  /** Learning rate of the step. */
  readonly rate: number;
  readonly rows: number;
  readonly loss: tf.Scalar;
  readonly score: tf.Scalar;
  /** What else the task has recorded. */
  readonly also: readonly tf.Scalar[];
  /** [3 · variables], where the step was measured. */
  readonly squares?: tf.Tensor1D;
}

/** What one step gave. */
export interface Reading {
  /** From 0, over the whole training. */
  readonly step: number;
  /** Learning rate of the step. */
  readonly rate: number;
  readonly rows: number;
  /** Sum over the rows. */
  readonly loss: number;
  /** Sum over the rows. */
  readonly score: number;
  /** What else the task has recorded, each summed over the rows; absent: nothing. */
  readonly also?: readonly number[];
  /** Where the step was measured. */
  readonly squares?: Squares;
}

/**
 * Reads the losses and scores of some steps at once, since each reading makes a device wait; empties the list.
 *
 * @throws StageError where a loss is no finite number.
 */
export const readSteps = async (unread: Unread[]): Promise<readonly Reading[]> => {
  const readings: Reading[] = [];
  for (const { loss, score, also, squares, ...place } of unread.splice(0)) {
    const [[mean = Number.NaN], [sum = Number.NaN], measured] = await Promise.all([loss, score, squares].map((of) => of?.data())) as [Float32Array, Float32Array, Float32Array?]; // biome-ignore format: one line
    const others = await Promise.all(also.map(async (scalar) => (await scalar.data())[0] ?? Number.NaN));
    tf.dispose([loss, score, ...also, ...(squares === undefined ? [] : [squares])]);
    if (!Number.isFinite(mean)) throw diverged(`the loss of step ${place.step + 1} is ${mean}`);
    const found = measured === undefined ? {} : { squares: Float32Array.from(measured) };
    const recorded = others.length === 0 ? {} : { also: others };
    readings.push({ ...place, loss: mean * place.rows, score: sum, ...recorded, ...found });
  }
  return readings;
};

/** The failure of a training whose numbers have left the range of numbers. */
export class Diverged extends StageError {}

/** @param sign what shows it. */
export const diverged = (sign: string): Diverged =>
  new Diverged(
    `the training has diverged: ${sign}`,
    'a lower optimizer.rate, or a schedule with warmup, keeps it together; features far from 0 to 1 need normalize',
  );
