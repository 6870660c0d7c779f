import type { AugmentPolicy } from '../../types/generated/dataset.ts';
import { WebAssembly } from '../backends/simd/web-assembly.ts';
import { mixes, mixturesOf } from '../data/augment/mix.ts';
import { type AlterRow, alterRow } from '../data/augment/row.ts';
import type { Examples } from '../data/examples.ts';
import { elementsOf } from '../data/rows.ts';
import { derive, shuffle, stream } from '../random.ts';
import { alteredIn } from './altered-input.ts';

/** Examples that are trained on together. */
export interface Batch {
  readonly rows: number;
  /** [rows, ...featureShape], augmented. */
  readonly features: Float32Array;
  /**
   * Class indices (Int32Array) or values, [rows]; distributions over the classes, [rows, classes], where rows are mixed;
   * all targets beside each other, [rows, width], where they are not one category or one number.
   */
  readonly target: Int32Array | Float32Array;
  readonly targetShape: readonly number[];
  /** What each row counts for, [rows]; absent: all alike. */
  readonly weights?: Float32Array;
}

/** A batch of rows whose features are where it goes to: their numbers stand for them. */
export interface HeldBatch extends Omit<Batch, 'features'> {
  /** [rows] */
  readonly numbers: Int32Array;
}

export interface BatchOptions {
  /** Examples in each batch but the last, at least 1. */
  readonly batchSize: number;
  /** From 1. */
  readonly epoch: number;
  /** Seed of the orders of all epochs. */
  readonly seed: number;
  /** Batches of the epoch that were trained already. */
  readonly skip?: number;
}

/**
 * The batches of one epoch: every example once, in an order of the epoch's own; the last batch may be smaller.
 * Order and augmentation depend on seed, epoch and row alone, so that an epoch can be trained without those before it.
 */
export function* batches(examples: Examples, options: BatchOptions): Generator<Batch> {
  for (const rows of picks(examples, options)) yield batchOf(examples, rows, options.epoch);
}

/** The numbers of the rows of each batch of an epoch. */
export function* picks(
  examples: Pick<Examples, 'rows'>,
  { batchSize, epoch, seed, skip = 0 }: BatchOptions,
): Generator<Int32Array> {
  const order = epochOrder(examples.rows, derive(seed, epoch));
  for (let from = skip * batchSize; from < order.length; from += batchSize) {
    yield order.subarray(from, Math.min(from + batchSize, order.length));
  }
}

const epochOrder = (rows: number, seed: number): Int32Array =>
  shuffle(
    Int32Array.from({ length: rows }, (_, row) => row),
    stream(seed),
  );

/**
 * Some rows in the order given, as one batch of an epoch.
 *
 * @param space where its features go, so that the batch lasts until the next one of this space; absent: into memory of its own.
 */
export const batchOf = (examples: Examples, rows: Int32Array, epoch: number, space?: Float32Array): Batch => {
  const features = rowsOf(examples, rows, space);
  const { augment } = examples;
  const given = { rows: rows.length, features, ...weightsOf(examples, rows) };
  if (augment === null) return { ...given, ...targetsOf(examples, rows) };
  const size = features.length / rows.length;
  const { shape, from, width, pool } = alteredIn(examples, augment);
  const alter = alterRow(augment, { shape, epoch, pool });
  rows.forEach((row, at) => {
    alter(features.subarray(at * size + from, at * size + from + width), examples.ids[row]!);
  });
  if (!mixes(augment)) return { ...given, ...targetsOf(examples, rows) };
  const targets = softTargetsOf(examples, rows);
  const mixed = { ...given, ...targets };
  mixBatch(mixed, rows, { examples, augment, alter, epoch });
  return mixed;
};

/** Some rows in the order given, for a stepper that holds the examples; of examples that nothing alters. */
export const heldBatchOf = (examples: Examples, numbers: Int32Array): HeldBatch => ({
  ...{ rows: numbers.length, numbers },
  ...weightsOf(examples, numbers),
  ...targetsOf(examples, numbers),
});

interface Mixing {
  readonly examples: Examples;
  readonly augment: AugmentPolicy;
  readonly alter: AlterRow;
  readonly epoch: number;
}

/**
 * Mixes each row with its partners, which are altered as they are themselves in this epoch. What it counts for is mixed
 * in the same proportion.
 */
const mixBatch = (
  { features, target, weights }: Batch,
  rows: Int32Array,
  { examples, augment, alter, epoch }: Mixing,
): void => {
  const { featureShape: shape, ids } = examples;
  const size = features.length / rows.length;
  const width = target.length / rows.length;
  rows.forEach((row, at) => {
    const values = features.subarray(at * size, (at + 1) * size);
    const answer = target.subarray(at * width, (at + 1) * width);
    for (const { partner, share, apply } of mixturesOf(augment, { shape, id: ids[row]!, epoch, rows: examples.rows })) {
      const other = examples.features.slice(partner * size, (partner + 1) * size);
      alter(other, ids[partner]!);
      apply(values, other);
      const theirs = softTargetsOf(examples, Int32Array.of(partner)).target;
      answer.forEach((value, of) => {
        answer[of] = share * value + (1 - share) * theirs[of]!;
      });
      if (weights !== undefined) weights[at] = share * weights[at]! + (1 - share) * examples.weights![partner]!;
    }
  });
};

type Targets = Pick<Batch, 'target' | 'targetShape'>;

const packedTargets = ({ target: all, rows: count }: Examples, rows: Int32Array): Targets => {
  const width = all.length / count;
  const target = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    target.set(all.subarray(row * width, (row + 1) * width), at * width);
  });
  return { target, targetShape: [rows.length, width] };
};

const targetsOf = (examples: Examples, rows: Int32Array): Targets => {
  const { target: all } = examples;
  const { targets } = examples;
  if (targets !== undefined) return packedTargets(examples, rows);
  const target = all instanceof Int32Array ? new Int32Array(rows.length) : new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) target[at] = all[rows[at]!]!;
  return { target, targetShape: [rows.length] };
};

const weightsOf = ({ weights }: Examples, rows: Int32Array): Pick<Batch, 'weights'> =>
  weights === undefined ? {} : { weights: Float32Array.from(rows, (row) => weights[row]!) };

/** Classes as distributions: one-hot. Values, labels and tensors as they are. */
const softTargetsOf = (examples: Examples, rows: Int32Array): Targets => {
  const { classes, target: all } = examples;
  if (classes === null) return targetsOf(examples, rows);
  const target = new Float32Array(rows.length * classes.length);
  rows.forEach((row, at) => {
    target[at * classes.length + all[row]!] = 1;
  });
  return { target, targetShape: [rows.length, classes.length] };
};

/**
 * Space for one batch after the other: new memory for each costs more than to fill it. It begins at a page, as WebAssembly's
 * memory does; of an array that begins elsewhere TensorFlow makes a copy.
 */
export const spaceFor = ({ rows, featureShape }: Examples, batchSize: number): Float32Array => {
  const floats = Math.min(rows, batchSize) * elementsOf(featureShape);
  const pages = Math.ceil((floats * Float32Array.BYTES_PER_ELEMENT) / bytesOfPage);
  return new Float32Array(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer, 0, floats);
};

const bytesOfPage = 2 ** 16;

const rowsOf = ({ features, featureShape }: Examples, rows: Int32Array, space?: Float32Array): Float32Array => {
  const width = elementsOf(featureShape);
  const copy = space?.subarray(0, rows.length * width) ?? new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    copy.set(features.subarray(row * width, (row + 1) * width), at * width);
  });
  return copy;
};
