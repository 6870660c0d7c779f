import { describe, expect, it } from 'vitest';
import { trendOf } from '../../../src/learn/diagnosis/trend.ts';
import { derive, stream } from '../../../src/learn/random.ts';

const series = (n: number, of: (at: number) => number): number[] => Array.from({ length: n }, (_, at) => of(at));

/** Noise in which each value keeps a part of the one before. */
const noise = (n: number, keeps: number, seed: number): number[] => {
  const random = stream(derive(seed, 'noise'));
  let last = random.normal();
  return series(n, () => {
    last = keeps * last + Math.sqrt(1 - keeps ** 2) * random.normal();
    return last;
  });
};

describe('the slope', () => {
  it.each([3, 5, 8, 30])('of a line of %i places is the line’s, with no doubt', (n) => {
    const { slope, pValue } = trendOf(series(n, (at) => 2 + 0.5 * at));
    expect(slope.value).toBeCloseTo(0.5, 10);
    expect(slope.high - slope.low).toBeLessThan(1e-6);
    expect(pValue).toBeLessThan(1e-6);
  });

  it('of what does not change is 0, and says nothing', () => {
    expect(trendOf([1, 1, 1, 1])).toEqual({ slope: { value: 0, low: 0, high: 0 }, pValue: 0.5 });
  });

  it('turns its sign with the values, and grows with their unit', () => {
    const values = noise(20, 0.3, 5).map((value, at) => value + 0.1 * at);
    const [up, down, large] = [values, values.map((value) => -value), values.map((value) => 100 * value)].map(trendOf);
    expect(down!.slope.value).toBeCloseTo(-up!.slope.value, 12);
    expect(down!.pValue).toBeCloseTo(1 - up!.pValue, 12);
    expect(large!.slope.high).toBeCloseTo(100 * up!.slope.high, 9);
    expect(large!.pValue).toBeCloseTo(up!.pValue, 9);
  });

  it('of a rise that becomes slower is as certain as one that does not', () => {
    expect(trendOf(series(60, (at) => Math.log(1 + at))).pValue).toBeLessThan(1e-6);
  });
});

// Of noise without a trend, 5 % may have an interval without 0. What hangs together from epoch to epoch has more of them
// in short series; of chances as small as overfitting is told by, there are few.
describe.each([0, 0.3, 0.6])('noise that keeps a share of %d', (keeps) => {
  it.each([5, 8, 20, 60])('has a slope in %i places hardly more often than it says', (n) => {
    const trials = 2000;
    let [outside, above] = [0, 0];
    for (let seed = 0; seed < trials; seed += 1) {
      const { slope, pValue } = trendOf(noise(n, keeps, seed));
      if (slope.low > 0 || slope.high < 0) outside += 1;
      if (pValue < 0.002) above += 1;
    }
    if (keeps === 0) expect(outside / trials).toBeLessThan(0.07);
    expect(above / trials).toBeLessThan(keeps > 0.5 ? 0.03 : 0.012);
  });
});
