import { describe, expect, it } from 'vitest';
import { quantileInterval } from '../../../src/learn/cost/quantile-interval.ts';
import { stream } from '../../../src/learn/random.ts';

/** 1 to n, not in order. */
const upTo = (n: number): number[] => Array.from({ length: n }, (_, at) => ((at * 7) % n) + 1);

describe('the interval of a quantile', () => {
  // The ranks of the median's interval, as tables of the sign test have them.
  it.each([
    [6, 1, 6],
    [9, 2, 8],
    [20, 6, 15],
    [100, 40, 61],
  ])('of %i numbers, of the median, is from the %ith to the %ith', (n, low, high) => {
    expect(quantileInterval(upTo(n), 0.5)).toEqual({ value: (n + 1) / 2, low, high });
  });

  it('needs as many numbers as its ends take', () => {
    expect(() => quantileInterval(upTo(5), 0.5)).toThrow('5 measurements are too few');
    expect(() => quantileInterval(upTo(71), 0.95)).toThrow('too few');
    // 0.95⁷² ≤ 0.025: beyond the largest lies the quantile that rarely.
    expect(quantileInterval(upTo(72), 0.95).high).toBe(72);
    expect(() => quantileInterval(upTo(100), 1)).toThrow('within (0, 1)');
  });

  it('is the same for many numbers, where probabilities of single counts are below what a double holds', () => {
    const { value, low, high } = quantileInterval(upTo(100_000), 0.5);
    // √(n/4) · 1.96 = 309.9 on both sides.
    expect([value, low, high]).toEqual([50_000.5, 49_690, 50_311]);
  });

  it.each([0.5, 0.95])('holds the true quantile %d of skewed numbers as often as it says', (share) => {
    const random = stream(7);
    // Of an exponential distribution.
    const truth = -Math.log(1 - share);
    const trials = 2000;
    let held = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const { low, high } = quantileInterval(Float64Array.from({ length: 200 }, () => -Math.log(1 - random.next())), share); // biome-ignore format: one line
      if (low <= truth && truth <= high) held += 1;
    }
    // At least 95 %, by how much more is due to whole ranks; three standard errors are 1.5 %.
    expect(held / trials).toBeGreaterThan(0.935);
    expect(held / trials).toBeLessThan(0.99);
  });
});
