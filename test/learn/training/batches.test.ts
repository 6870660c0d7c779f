import { describe, expect, test } from 'vitest';
import { type Batch, batches } from '../../../src/learn/training/batches.ts';
import { policyOf } from '../data/policy.ts';
import { clouds } from './examples.ts';

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
