import { augmentBatch } from '../data/augment.ts';
import type { Examples } from '../data/examples.ts';
import { derive, shuffle, stream } from '../random.ts';

/** Examples that are trained on together. */
export interface Batch {
  readonly rows: number;
  /** [rows, ...featureShape], augmented. */
  readonly features: Float32Array;
  /** Class indices or values, [rows]. */
  readonly target: Int32Array | Float32Array;
}

export interface BatchOptions {
  /** Examples in each batch but the last, at least 1. */
  readonly batchSize: number;
  /** From 1. */
  readonly epoch: number;
  /** Seed of the orders of all epochs. */
  readonly seed: number;
}

/**
 * The batches of one epoch: every example once, in an order of the epoch's own; the last batch may be smaller.
 * Order and augmentation depend on seed, epoch and row alone, so that an epoch can be trained without those before it.
 */
export function* batches(examples: Examples, { batchSize, epoch, seed }: BatchOptions): Generator<Batch> {
  const order = epochOrder(examples.rows, derive(seed, epoch));
  for (let from = 0; from < order.length; from += batchSize) {
    yield batchOf(examples, order.subarray(from, Math.min(from + batchSize, order.length)), epoch);
  }
}

const epochOrder = (rows: number, seed: number): Int32Array =>
  shuffle(
    Int32Array.from({ length: rows }, (_, row) => row),
    stream(seed),
  );

/** Some rows in the order given, as one batch of an epoch. */
export const batchOf = (examples: Examples, rows: Int32Array, epoch: number): Batch => {
  const { featureShape: shape, augment, target: all } = examples;
  const features = rowsOf(examples, rows);
  if (augment !== null)
    augmentBatch(augment, features, { shape, ids: Array.from(rows, (row) => examples.ids[row]!), epoch });
  const target = all instanceof Int32Array ? new Int32Array(rows.length) : new Float32Array(rows.length);
  rows.forEach((row, at) => {
    target[at] = all[row]!;
  });
  return { rows: rows.length, features, target };
};

const rowsOf = ({ features, featureShape }: Examples, rows: Int32Array): Float32Array => {
  const width = featureShape.reduce((all, size) => all * size, 1);
  const copy = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    copy.set(features.subarray(row * width, (row + 1) * width), at * width);
  });
  return copy;
};
