import { describe, expect, it } from 'vitest';
import { mcnemar, pairedDifferences } from '../../../src/learn/metrics/paired.ts';
import { countedMean } from '../../../src/learn/metrics/probabilities.ts';
import { stream } from '../../../src/learn/random.ts';

/** b examples that the first alone has right, c that the second alone has, and 50 that both have. */
const divided = (b: number, c: number) =>
  mcnemar(
    b + c + 50,
    (row) => row < b || row >= b + c,
    (row) => row >= b,
  );

describe('mcnemar', () => {
  // scipy.stats.binomtest(min(b, c), b + c).pvalue
  it.each([
    [0, 0, 1],
    [5, 0, 0.0625],
    [10, 3, 0.09228515625],
    [40, 22, 0.030015864349067285],
    [7, 7, 1],
  ])('is exact for few: %i against %i', (b, c, p) => {
    const found = divided(b, c);
    expect(found).toMatchObject({ onlyFirst: b, onlySecond: c, exact: true });
    expect(found.p).toBeCloseTo(p, 5);
  });

  it('goes by chi-squared for many', () => {
    const found = divided(560, 500);
    expect(found.exact).toBe(false);
    expect(found.p).toBeCloseTo(0.06997, 4); // scipy.stats.chi2.sf(59**2 / 1060, 1)
  });
});

describe('pairedDifferences', () => {
  const random = stream(3);
  const hard = Float64Array.from({ length: 300 }, () => 10 * random.normal());
  const first = hard.map((value) => value + random.normal());
  const second = hard.map((value) => value + random.normal() + 0.4);
  const differ = (one: Float64Array, other: Float64Array) =>
    pairedDifferences((counts) => [[countedMean(one, counts), countedMean(other, counts)]], { rows: 300, seed: 4 })[0]!;

  it('sees a difference that what both have in common would hide', () => {
    const found = differ(first, second);
    expect(found.value).toBeCloseTo(countedMean(first, undefined) - countedMean(second, undefined), 12);
    expect(found.high).toBeLessThan(0);
    expect(found.p).toBeLessThan(0.01);
    // Each mean by itself is uncertain by 1.96 · 10/√300 = 1.1.
    expect(found.high - found.low).toBeLessThan(0.5);
  });

  it('finds none between what is the same, and says so', () => {
    expect(differ(first, first)).toEqual({ value: 0, low: 0, high: 0, p: 1 });
  });

  it('is wrong about equal models about as often as it says', () => {
    const alarms = Array.from({ length: 200 }, (_, seed) => {
      const chance = stream(seed);
      const noise = () => Float64Array.from({ length: 80 }, () => chance.normal());
      const [one, other] = [noise(), noise()];
      const [found] = pairedDifferences((counts) => [[countedMean(one, counts), countedMean(other, counts)]], {
        ...{ rows: 80, seed, resamples: 400 },
      });
      return found!.p < 0.05;
    }).filter(Boolean).length;
    expect(alarms).toBeGreaterThan(1);
    expect(alarms).toBeLessThan(24);
  });
});
