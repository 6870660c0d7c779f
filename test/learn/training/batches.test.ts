import { describe, expect, test } from 'vitest';
import { mixturesOf } from '../../../src/learn/data/augment/mix.ts';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { type Batch, batches, batchOf, heldBatchOf, picks, spaceFor } from '../../../src/learn/training/batches.ts';
import { policyOf } from '../data/policy.ts';
import { clouds, plane } from './examples.ts';

const noisy = policyOf({ noise: 0.5 }, { seed: 3 });
const examples = clouds(50, 1);
const all = (epoch: number, seed = 9, of = examples): Batch[] => [...batches(of, { batchSize: 16, epoch, seed })];
const features = (list: readonly Batch[]): number[] => list.flatMap((batch) => [...batch.features]);

describe('batches', () => {
  test('hold every example once, with its own target; the last is smaller', () => {
    const epoch = all(1);
    expect(epoch.map(({ rows }) => rows)).toEqual([16, 16, 16, 2]);
    const rowsOf = (values: ArrayLike<number>, targets: ArrayLike<number>) =>
      Array.from(targets, (target, row) => `${Array.from(values).slice(row * 4, row * 4 + 4)}:${target}`);
    const seen = epoch.flatMap((batch) => rowsOf(batch.features, batch.target)).sort();
    expect(seen).toEqual(rowsOf(examples.features, examples.target).sort());
  });

  test('another epoch or seed is another order; the same is the same', () => {
    expect(features(all(1))).toEqual(features(all(1)));
    expect(features(all(1))).not.toEqual(features(all(2)));
    expect(features(all(1))).not.toEqual(features(all(1, 10)));
  });

  test('the policy alters each row anew in each epoch, whatever batch it is in, and never the examples', () => {
    const augmented = clouds(50, 1, noisy);
    const before = [...augmented.features];
    const first = features([...batches(augmented, { batchSize: 16, epoch: 1, seed: 9 })]);
    const alone = features([...batches(augmented, { batchSize: 1, epoch: 1, seed: 9 })]);
    expect(first).toEqual(alone);
    expect(first).not.toEqual(features(all(1)));
    expect([...augmented.features]).toEqual(before);
  });
});

describe('a space for one batch after the other', () => {
  test.each([
    ['as they are', null],
    ['altered', noisy],
    ['mixed', policyOf({ mixup: 1 })],
  ])('gives rows %s what memory of their own does, a smaller batch after a larger one too', (_, augment) => {
    const given = clouds(50, 1, augment);
    const space = spaceFor(given, 16);
    for (const rows of picks(given, { batchSize: 16, epoch: 2, seed: 9 })) {
      const batch = batchOf(given, rows, 2, space);
      expect(batch).toEqual(batchOf(given, rows, 2));
      expect(batch.features.buffer).toBe(space.buffer);
    }
  });

  test('is no larger than the examples', () => {
    expect(spaceFor(examples, 64)).toHaveLength(50 * 4);
    expect(spaceFor(examples, 16)).toHaveLength(16 * 4);
  });
});

test('a batch of numbers of rows has their targets and weights, and no features', () => {
  const weights = Float32Array.from({ length: 50 }, (_, row) => row);
  const { features: _, ...rest } = batchOf({ ...examples, weights }, Int32Array.of(7, 3), 1);
  const numbers = Int32Array.of(7, 3);
  expect(heldBatchOf({ ...examples, weights }, numbers)).toEqual({ ...rest, numbers });
});

describe('batches of mixed rows', () => {
  const policy = policyOf({ noise: 0.5, mixup: 0.4 }, { seed: 3 });
  const mixed = clouds(50, 1, policy);
  const rowsIn = (batchSize: number) => [...batches(mixed, { batchSize, epoch: 2, seed: 9 })];

  test('have distributions over the classes: of two rows as they are altered in this epoch', () => {
    const altered = clouds(50, 1, policyOf({ noise: 0.5 }, { seed: 3 }));
    // One batch of all rows: in it the order is that of the epoch, of both.
    const [plain] = [...batches(altered, { batchSize: 50, epoch: 2, seed: 9 })];
    const [batch] = rowsIn(50);
    expect([plain!.targetShape, batch!.targetShape]).toEqual([[50], [50, 3]]);
    const ids = orderOf(plain!.features, altered);
    let mixtures = 0;
    ids.forEach((id, at) => {
      const [mixture] = mixturesOf(policy, { shape: [4], id: `row-${id}`, epoch: 2, rows: 50 });
      const { partner, share } = mixture!;
      const other = ids.indexOf(partner);
      const expected = [0, 1, 2, 3].map(
        (each) => share * plain!.features[4 * at + each]! + (1 - share) * plain!.features[4 * other + each]!,
      );
      expected.forEach((value, each) => {
        expect(batch!.features[4 * at + each]).toBeCloseTo(value, 5);
      });
      const answer = [0, 1, 2].map(
        (of) => share * Number(altered.target[id] === of) + (1 - share) * Number(altered.target[partner] === of),
      );
      answer.forEach((value, of) => {
        expect(batch!.target[3 * at + of]).toBeCloseTo(value, 6);
      });
      mixtures += Number(Math.max(...answer) < 0.999);
    });
    expect(mixtures).toBeGreaterThan(10);
  });

  test('are the same whatever the size of a batch', () => {
    expect(features(rowsIn(1))).toEqual(features(rowsIn(16)));
    const targets = (size: number) => rowsIn(size).flatMap((batch) => [...batch.target]);
    expect(targets(1)).toEqual(targets(16));
  });

  test('of numbers mix the numbers', () => {
    const [batch] = [
      ...batches({ ...plane(20, 1), augment: policyOf({ mixup: 1 }) }, { batchSize: 20, epoch: 1, seed: 1 }),
    ];
    expect(batch!.targetShape).toEqual([20]);
    // y = 2a − b + 3 with a deviation of 0.01 holds for a mixture too.
    batch!.target.forEach((y, row) => {
      expect(Math.abs(2 * batch!.features[2 * row]! - batch!.features[2 * row + 1]! + 3 - y)).toBeLessThan(0.05);
    });
  });
});

/** Which example each row of a batch is, by what is nearest to it; noise must not make two the same. */
const orderOf = (batch: Float32Array, altered: Examples): number[] => {
  const whole = batchOf(
    altered,
    Int32Array.from({ length: altered.rows }, (_, row) => row),
    2,
  ).features;
  return Array.from({ length: altered.rows }, (_, at) => {
    const row = batch.subarray(4 * at, 4 * at + 4).join();
    return Array.from({ length: altered.rows }, (_each, of) => of).find(
      (of) => whole.subarray(4 * of, 4 * of + 4).join() === row,
    )!;
  });
};
