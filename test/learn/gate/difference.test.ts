import { describe, expect, it } from 'vitest';
import { differenceOf, pairedShares } from '../../../src/learn/gate/difference.ts';
import type { Figures } from '../../../src/learn/gate/figures.ts';
import { pairedDifferences } from '../../../src/learn/gate/paired.ts';
import { stream } from '../../../src/learn/random.ts';

describe('a difference of metrics with intervals', () => {
  it('has the width of both, as if they were independent', () => {
    const found = differenceOf({ value: 0.9, low: 0.87, high: 0.93 }, { value: 0.8, low: 0.76, high: 0.84 });
    expect(found.value).toBeCloseTo(0.1, 12);
    expect(found.low).toBeCloseTo(0.05, 12);
    expect(found.high).toBeCloseTo(0.15, 12);
    expect(differenceOf({ value: 3 }, { value: 1, low: 0, high: 2 })).toEqual({ value: 2 });
  });
});

describe('a difference of paired shares', () => {
  it('is that of the first less the second, and turns its sign with them', () => {
    const one = pairedShares({ both: 80, onlyFirst: 12, onlySecond: 3, neither: 5 });
    const other = pairedShares({ both: 80, onlyFirst: 3, onlySecond: 12, neither: 5 });
    expect(one.value).toBeCloseTo(0.09, 12);
    expect([-other.high, -other.low]).toEqual([expect.closeTo(one.low, 12), expect.closeTo(one.high, 12)]);
    expect(one.low).toBeLessThan(one.value);
    expect(one.high).toBeGreaterThan(one.value);
  });

  it('leaves room for doubt where the two never disagree', () => {
    const { value, low, high } = pairedShares({ both: 100, onlyFirst: 0, onlySecond: 0, neither: 0 });
    expect(value).toBe(0);
    expect(low).toBeLessThan(-0.01);
    expect(high).toBeGreaterThan(0.01);
  });

  it('holds its level of 95 % in 2,000 draws, of shares near one and of few examples too', () => {
    for (const { rows, first, second, together } of [
      { rows: 60, first: 0.95, second: 0.9, together: 0.88 },
      { rows: 500, first: 0.8, second: 0.75, together: 0.7 },
    ]) {
      const random = stream(7);
      let held = 0;
      for (let round = 0; round < 2000; round += 1) {
        const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
        for (let row = 0; row < rows; row += 1) {
          const at = random.next();
          counts[
            at < together
              ? 'both'
              : at < first
                ? 'onlyFirst'
                : at < first + second - together
                  ? 'onlySecond'
                  : 'neither'
          ] += 1;
        }
        const { low, high } = pairedShares(counts);
        if (low <= first - second && first - second <= high) held += 1;
      }
      expect(held / 2000).toBeGreaterThan(0.93);
      expect(held / 2000).toBeLessThan(0.99);
    }
  });
});

describe('differences of two models on the same examples', () => {
  const actual = Array.from({ length: 400 }, (_, row) => (row % 2 === 0 ? 'a' : 'b'));
  const wrongOnce = (every: number) =>
    actual.map((label, row) => (row % every === 0 ? (label === 'a' ? 'b' : 'a') : label));
  const predictions = { actual, candidate: wrongOnce(40), accepted: wrongOnce(10) };
  /** As evaluations say them. */
  const figures = (accuracy: number): Figures =>
    new Map(['accuracy', 'balanced_accuracy', 'log_loss', 'mean_cost'].map((name) => [name, { value: accuracy }]));
  const told = { candidate: figures(390 / 400), accepted: figures(360 / 400) };

  it('of classes: those that the answers tell, narrower than from the two intervals', () => {
    const metrics = ['accuracy', 'balanced_accuracy', 'log_loss', 'mean_cost'];
    // The errors are all of one class: recall of the other is 1.
    const balanced = (wrong: number) => ({ value: (1 + 1 - wrong / 200) / 2 });
    const options = {
      ...{ metrics, seed: 1 },
      candidate: new Map([...told.candidate, ['balanced_accuracy', balanced(10)]]),
      accepted: new Map([...told.accepted, ['balanced_accuracy', balanced(40)]]),
    };
    const found = pairedDifferences(predictions, options);
    expect([...found.keys()]).toEqual(['accuracy', 'balanced_accuracy']);
    expect(found.get('accuracy')!.value).toBeCloseTo(30 / 400, 12);
    expect(found.get('accuracy')!.low).toBeGreaterThan(0.04);
    expect(found.get('balanced_accuracy')!.low).toBeGreaterThan(0);
    expect(pairedDifferences(predictions, options)).toEqual(found);
  });

  it('leaves out a metric that the evaluations have otherwise, as with a setting of their own', () => {
    const options = { metrics: ['accuracy'], seed: 1, candidate: figures(0.9), accepted: figures(0.9) };
    expect(pairedDifferences(predictions, options)).toEqual(new Map());
  });

  it('of numbers: errors, with their sign', () => {
    const numbers = { actual: [1, 2, 3, 4], candidate: [1, 2, 3, 5], accepted: [2, 3, 4, 5] };
    const errors = (mae: number, rmse: number, r2: number): Figures =>
      new Map(Object.entries({ mae, rmse, r2 }).map(([name, value]) => [name, { value }]));
    const found = pairedDifferences(numbers, {
      ...{ metrics: ['mae', 'rmse', 'r2'], seed: 1 },
      ...{ candidate: errors(0.25, 0.5, 0.8), accepted: errors(1, 1, 0.2) },
    });
    expect(found.get('mae')!.value).toBeCloseTo(0.25 - 1, 12);
    expect(found.get('rmse')!.value).toBeCloseTo(0.5 - 1, 12);
    expect(found.get('r2')!.value).toBeCloseTo(0.8 - 0.2, 12);
  });
});
