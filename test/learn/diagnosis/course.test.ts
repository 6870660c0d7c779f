import { describe, expect, it } from 'vitest';
import { courseOf, smooth } from '../../../src/learn/diagnosis/course.ts';
import { derive, stream } from '../../../src/learn/random.ts';
import type { EpochRecord } from '../../../src/types/generated/history.ts';

interface Made {
  readonly epochs: number;
  readonly seed?: number;
  /** Standard deviation of the noise, and what it keeps from epoch to epoch. */
  readonly noise?: number;
  readonly keeps?: number;
  /** Stops after so many epochs without a lower loss. */
  readonly patience?: number;
  readonly validation: (epoch: number) => number;
  readonly train?: (epoch: number) => number;
}

/** The history of a training that there was none of: curves with noise. */
const madeOf = ({ epochs, seed = 1, noise = 0, keeps = 0, patience, validation, train }: Made): EpochRecord[] => {
  const random = stream(derive(seed, 'course'));
  const records: EpochRecord[] = [];
  let [error, best] = [random.normal(), 0];
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    error = keeps * error + Math.sqrt(1 - keeps ** 2) * random.normal();
    const loss = (train ?? ((at) => Math.exp(-at / 5)))(epoch) + noise * 0.2 * random.normal();
    records.push({ epoch, rate: 0.001, loss, val_loss: validation(epoch) + noise * error });
    if (records[epoch - 1]!.val_loss! < records[best]!.val_loss!) best = epoch - 1;
    if (patience !== undefined && epoch - 1 - best >= patience) break;
  }
  return records;
};

const falling = (epoch: number): number => 0.1 + Math.exp(-epoch / 4);
const turning = (epoch: number): number => 0.5 + Math.exp(-epoch / 3) + 0.06 * Math.log(1 + Math.max(0, epoch - 10));

describe('a loss on validation that turns', () => {
  it('has its onset where it is lowest', () => {
    const { rises, told } = courseOf(madeOf({ epochs: 60, validation: turning }));
    expect(rises).toBe(true);
    expect(told.onset).toBe(told.lowest);
    expect(Math.abs(told.onset! - 11)).toBeLessThanOrEqual(2);
    expect(told.rise!).toBeCloseTo(turning(59) - turning(told.lowest), 1);
  });

  it('is found in noise, over 200 seeds', () => {
    const found = Array.from({ length: 200 }, (_, seed) =>
      courseOf(madeOf({ epochs: 60, seed, noise: 0.02, validation: turning })),
    );
    expect(found.filter(({ rises }) => rises).length).toBeGreaterThanOrEqual(195);
  });

  it('is no overfitting where the loss on train rises with it', () => {
    const both = madeOf({ epochs: 40, validation: turning, train: (epoch) => 0.1 + 0.01 * epoch });
    expect(courseOf(both).rises).toBe(false);
  });
});

describe('what does not turn', () => {
  const tried = (made: Omit<Made, 'seed'>): number => {
    let alarms = 0;
    for (let seed = 0; seed < 400; seed += 1) if (courseOf(madeOf({ ...made, seed })).rises) alarms += 1;
    return alarms / 400;
  };

  it.each([
    ['to the end', {}],
    ['with a patience of 3', { patience: 3 }],
    ['with a patience of 5', { patience: 5 }],
    ['with a patience of 10', { patience: 10 }],
    ['with noise that hangs together', { keeps: 0.6 }],
    ['with such noise and patience', { keeps: 0.6, patience: 8 }],
  ] as const)('raises hardly an alarm, %s', (_, more) => {
    // What hangs together from epoch to epoch goes its own ways for a while.
    const most = 'keeps' in more ? 0.04 : 0.02;
    for (const noise of [0.002, 0.01, 0.03])
      expect(tried({ epochs: 40, noise, validation: falling, ...more }), `noise ${noise}`).toBeLessThanOrEqual(most);
  });

  it('a gap that only stands is none that widens', () => {
    const apart = madeOf({ epochs: 50, noise: 0.005, validation: (epoch) => 0.6 + Math.exp(-epoch / 4) });
    expect(courseOf(apart).rises).toBe(false);
  });
});

describe('short histories', () => {
  it.each([1, 2, 3, 4])('of %i epochs tell no trend, and no more than there is', (epochs) => {
    const { rises, told, end } = courseOf(madeOf({ epochs, validation: (epoch) => epoch }));
    expect(rises).toBe(false);
    expect(end).toBeUndefined();
    expect(told.smoothed).toHaveLength(epochs);
    expect(told.lowest + told.after).toBe(epochs);
  });

  it('say of the last epochs whether the loss still falls', () => {
    const { end } = courseOf(madeOf({ epochs: 8, validation: (epoch) => 2 - 0.1 * epoch }));
    expect(end!.epochs).toBe(5);
    expect(end!.trend.slope.value).toBeCloseTo(-0.1, 10);
    expect(end!.fall).toBeCloseTo(0.4, 10);
  });
});

describe('smoothing', () => {
  it('takes a single spike away and leaves a line as it is', () => {
    expect(smooth([1, 2, 3, 4, 5])).toEqual([1, 2, 3, 4, 5]);
    expect(smooth([1, 1, 9, 1, 1])).toEqual([1, 1, 1, 1, 1]);
    expect(smooth([4])).toEqual([4]);
  });
});
