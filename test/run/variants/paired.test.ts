import { describe, expect, it } from 'vitest';
import { pairedDifference, tQuantile } from '../../../src/run/variants/paired.ts';

describe('tQuantile', () => {
  // From the tables of the distribution, three decimals.
  it.each([
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [5, 2.571],
    [9, 2.262],
    [10, 2.228],
    [29, 2.045],
    [30, 2.042],
    [120, 1.98],
  ])('0.975 with %i degrees of freedom is %f', (freedom, value) => {
    expect(tQuantile(0.975, freedom)).toBeCloseTo(value, 3);
  });
});

describe('pairedDifference', () => {
  it('has no interval for one pair', () => {
    expect(pairedDifference([0.25])).toEqual({ mean: 0.25 });
  });

  it('is mean ± t s / √n', () => {
    // Mean 2, s = 1, n = 3.
    const { mean, low, high } = pairedDifference([1, 2, 3]);
    expect(mean).toBe(2);
    expect(high! - mean).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
    expect(mean - low!).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
  });

  it('is a point where all differences are the same', () => {
    expect(pairedDifference([0, 0, 0, 0])).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
