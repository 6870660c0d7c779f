import { describe, expect, it } from 'vitest';
import { compare, type Judged } from '../../../src/learn/comparison/compare.ts';
import { meanOf } from '../../../src/learn/comparison/mean.ts';
import type { Evaluation } from '../../../src/types/generated/evaluation.ts';
import type { TrainingHistory } from '../../../src/types/generated/history.ts';
import { complaints } from '../data/schemas.ts';

/** What compare reads of a training: its metric, and what was monitored in each epoch. */
const judged = (
  accuracy: number,
  values?: readonly number[],
  monitor = 'val_accuracy',
  mode: 'min' | 'max' = 'max',
) => {
  const interval = { value: accuracy, low: accuracy, high: accuracy };
  const epochs = values?.map((value, at) => ({ epoch: at + 1, rate: 0.1, loss: 1, [monitor]: value }));
  const history = epochs && { epochs, best: { epoch: 1, monitor, mode, value: 0 } };
  return { evaluation: { metrics: { accuracy: interval } } as unknown as Evaluation, history: history as unknown as TrainingHistory } as Judged; // biome-ignore format: one object
};

describe('a mean with its interval', () => {
  // t at 0.975 with 2 and 4 degrees of freedom: 4.302653, 2.776445 (any table).
  it.each([
    [[1, 2, 3], 2, (4.302653 * 1) / Math.sqrt(3)],
    [[0.1, 0.2, 0.3, 0.4, 0.5], 0.3, (2.776445 * Math.sqrt(0.025)) / Math.sqrt(5)],
    [[5, 5], 5, 0],
  ])('of %o', (values, mean, half) => {
    const found = meanOf(values);
    expect(found.mean).toBeCloseTo(mean, 10);
    expect(found.low).toBeCloseTo(mean - half, 5);
    expect(found.high).toBeCloseTo(mean + half, 5);
  });

  it('of one value has none', () => {
    expect(meanOf([3])).toEqual({ mean: 3 });
  });
});

describe('a comparison', () => {
  it('has differences, and the epochs until the candidate is as good as the baseline ever was', () => {
    const found = compare(
      [
        { baseline: judged(0.8, [0.5, 0.7, 0.9, 0.9]), candidate: judged(0.9, [0.6, 0.9, 0.95]) },
        { baseline: judged(0.7, [0.5, 0.8]), candidate: judged(0.9, [0.8, 0.7]) },
        { baseline: judged(0.6, [0.9]), candidate: judged(0.5, [0.8, 0.89]) },
      ],
      'accuracy',
    );
    expect(found.pairs.map(({ difference }) => difference)).toEqual(
      [0.1, 0.2, -0.1].map((each) => expect.closeTo(each, 12)),
    );
    expect(found.pairs.map(({ epochs }) => epochs)).toEqual([
      { monitor: 'val_accuracy', target: 0.9, baseline: 3, candidate: 2 },
      { monitor: 'val_accuracy', target: 0.8, baseline: 2, candidate: 1 },
      { monitor: 'val_accuracy', target: 0.9, baseline: 1, candidate: null },
    ]);
    expect(found.epochs).toMatchObject({ reached: 2, of: 3, share: { mean: expect.closeTo((2 / 3 + 1 / 2) / 2, 12) } });
    expect(found.difference).toEqual(meanOf(found.pairs.map(({ difference }) => difference)));
    expect(complaints('comparison', found)).toEqual([]);
  });

  it('takes less of a loss as better', () => {
    const losses = (values: readonly number[]) => judged(0.5, values, 'val_loss', 'min');
    const { pairs } = compare([{ baseline: losses([3, 1, 2]), candidate: losses([2, 1.5, 0.5]) }], 'accuracy');
    expect(pairs[0]!.epochs).toMatchObject({ target: 1, baseline: 2, candidate: 3 });
  });

  it('does without histories', () => {
    const found = compare([{ baseline: judged(0.5), candidate: judged(0.6) }], 'accuracy');
    expect(found).not.toHaveProperty('epochs');
    expect(complaints('comparison', found)).toEqual([]);
  });

  it('is refused without the metric, or where histories went by different things', () => {
    const [one, other] = [judged(0.5, [0.5]), judged(0.5, [0.5], 'val_loss', 'min')];
    expect(() => compare([{ baseline: one, candidate: one }], 'rmse')).toThrow(
      /pair 1 has no metric "rmse"\nhint: it has accuracy/,
    );
    expect(() => compare([{ baseline: one, candidate: other }], 'accuracy')).toThrow(/val_accuracy and val_loss/);
  });
});
