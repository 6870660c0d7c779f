import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differenceOfMeans, differenceOfShares, meanOfPairs } from '../../../src/learn/diagnosis/gap.ts';
import { wilson } from '../../../src/learn/metrics/interval.ts';
import { studentAbove, studentQuantile } from '../../../src/learn/statistics/student.ts';

interface Bounds {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const golden = JSON.parse(readFileSync(new URL('gap.json', import.meta.url), 'utf8')) as {
  readonly means: readonly (Bounds & { readonly a: number[]; readonly b: number[] })[];
  readonly pairs: readonly (Bounds & { readonly d: number[] })[];
  readonly shares: readonly { x: number; m: number; y: number; n: number; low: number; high: number }[];
  readonly t: readonly { p: number; freedom: number; t: number }[];
};

const near = (found: Bounds, expected: Omit<Bounds, 'value'>): void => {
  expect(found.low).toBeCloseTo(expected.low, 8);
  expect(found.high).toBeCloseTo(expected.high, 8);
};

describe('as scipy and statsmodels have them', () => {
  it.each(golden.means)('two means', ({ a, b, ...expected }) => {
    const found = differenceOfMeans(a, b);
    expect(found.value).toBeCloseTo(expected.value, 10);
    near(found, expected);
  });

  it.each(golden.pairs)('the mean of pairs', ({ d, ...expected }) => near(meanOfPairs(d), expected));

  it.each(golden.shares)('two shares, $x of $m and $y of $n', ({ x, m, y, n, ...expected }) =>
    near(differenceOfShares(wilson(x / m, m), wilson(y / n, n)), expected),
  );

  it.each(golden.t)('the quantile $p of t with $freedom degrees', ({ p, freedom, t }) => {
    expect(studentQuantile(p, freedom) / (t || 1)).toBeCloseTo(t === 0 ? 0 : 1, 7);
    expect(studentAbove(t, freedom)).toBeCloseTo(1 - p, 9);
  });
});

describe('at the ends', () => {
  it('equal values have an interval without width', () => {
    expect(differenceOfMeans([1, 1], [3, 3, 3])).toEqual({ value: 2, low: 2, high: 2 });
  });

  it('one value has no interval', () => {
    expect(() => differenceOfMeans([1], [1, 2])).toThrow('an interval needs two numbers, not 1');
  });

  it('infinitely steep is no chance', () => {
    expect([studentAbove(Number.POSITIVE_INFINITY, 3), studentAbove(Number.NEGATIVE_INFINITY, 3)]).toEqual([0, 1]);
  });
});
