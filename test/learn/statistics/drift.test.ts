import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/learn/random.ts';
import { categoriesOf, crossTable, twoSampleTable } from '../../../src/learn/statistics/categories.ts';
import { chiSquare } from '../../../src/learn/statistics/chi-square.ts';
import { pearson } from '../../../src/learn/statistics/correlation.ts';
import { binCounts, binOf, populationStability, quantileEdges } from '../../../src/learn/statistics/distance.ts';
import { uncertaintyCoefficient } from '../../../src/learn/statistics/information.ts';
import { kolmogorovSmirnov } from '../../../src/learn/statistics/kolmogorov-smirnov.ts';
import { informationOfCategory, informationOfNumbers } from '../../../src/learn/statistics/neighbour-information.ts';
import { quantile } from '../../../src/learn/statistics/quantile.ts';

const normal = (rows: number, seed: number, mean = 0): Float64Array => {
  const random = stream(seed);
  return Float64Array.from({ length: rows }, () => mean + random.normal());
};

describe('Kolmogorov and Smirnov', () => {
  it('the limit is near the exact value for many rows', () => {
    const [first, second] = [normal(2000, 1), normal(3000, 2, 0.03)];
    const exact = kolmogorovSmirnov(first, second);
    const limit = kolmogorovSmirnov(first, second, { exactUpTo: 100 });
    expect(limit.method).toBe('asymptotic');
    expect(limit.statistic).toBe(exact.statistic);
    expect(Math.abs(limit.pValue / exact.pValue - 1)).toBeLessThan(0.05);
  });

  it('of equal distributions, p-values below 0.05 are about 5 %', () => {
    const low = Array.from({ length: 400 }, (_, k) => kolmogorovSmirnov(normal(60, 2 * k), normal(45, 2 * k + 1)));
    const share = low.filter(({ pValue }) => pValue < 0.05).length / low.length;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.07);
  });

  it('refuses an empty sample, and one with NaN', () => {
    expect(() => kolmogorovSmirnov([], [1])).toThrow(RangeError);
    expect(() => kolmogorovSmirnov([Number.NaN], [1])).toThrow('value 0 is NaN');
  });
});

describe('bins', () => {
  it('hold equally many of the reference', () => {
    const values = normal(1000, 3);
    expect([...binCounts(values, quantileEdges(values, 10))]).toEqual(Array(10).fill(100));
  });

  it('of a column with few values are fewer', () => {
    const edges = quantileEdges([1, 1, 1, 1, 2, 2, 3], 10);
    expect(new Set(edges).size).toBe(edges.length);
    expect(binOf(0, edges)).toBe(0);
    expect(binOf(99, edges)).toBe(edges.length);
  });

  it('tell a constant column from one that has moved, both ways', () => {
    const edges = quantileEdges([5, 5, 5], 4);
    expect([...binCounts([4, 5, 6], edges)]).toEqual([1, 2]);
  });
});

describe('population stability', () => {
  const reference = normal(5000, 4);
  const edges = quantileEdges(reference, 10);
  const index = (current: Float64Array) => populationStability(binCounts(reference, edges), binCounts(current, edges));

  it('is small for equal distributions and large for others', () => {
    expect(index(normal(5000, 5))).toBeLessThan(0.02);
    expect(index(normal(5000, 5, 0.5))).toBeGreaterThan(0.2);
  });

  it('is 0 for equal shares, symmetric, and finite with an empty bin', () => {
    expect(populationStability([3, 4, 0], [3, 4, 0])).toBe(0);
    expect(populationStability([10, 0], [0, 10])).toBeCloseTo(populationStability([0, 10], [10, 0]), 12);
    // By hand: shares (10.5/11, 0.5/11) and (0.5/11, 10.5/11).
    expect(populationStability([10, 0], [0, 10])).toBeCloseTo((20 / 11) * Math.log(21), 12);
  });

  it('refuses other bins and no rows', () => {
    expect(() => populationStability([1], [1, 2])).toThrow(RangeError);
    expect(() => populationStability([0, 0], [1, 2])).toThrow(RangeError);
  });
});

describe('categories', () => {
  it('stand in order, the missing one last', () => {
    const { codes, labels } = categoriesOf(['b', null, 'a', 'B', 'b']);
    expect(labels).toEqual(['B', 'a', 'b', null]);
    expect([...codes]).toEqual([2, 3, 1, 0, 2]);
  });

  it('in two sets of rows make a table', () => {
    const table = twoSampleTable(['a', 'b', 'a'], ['c', 'a']);
    expect(table.labels).toEqual(['a', 'b', 'c']);
    expect([...table.counts]).toEqual([2, 1, 0, 1, 0, 1]);
  });

  it('with one label left have nothing to test', () => {
    expect(chiSquare(twoSampleTable(['a'], ['a', 'a']))).toMatchObject({ statistic: 0, freedom: 0, pValue: 1 });
  });

  it('that tell the target wholly have a coefficient of 1', () => {
    const [a, target] = [categoriesOf(['x', 'y', 'z', 'x']), categoriesOf(['p', 'q', 'q', 'p'])];
    expect(uncertaintyCoefficient(crossTable(a, target))).toBeCloseTo(1, 12);
    expect(uncertaintyCoefficient(crossTable(target, categoriesOf(['c', 'c', 'c', 'c'])))).toBeNull();
  });
});

describe('mutual information by neighbours', () => {
  it('of normal columns with correlation r is -½ ln(1 - r²)', () => {
    const [x, noise] = [normal(3000, 8), normal(3000, 9)];
    const y = x.map((value, row) => 0.8 * value + 0.6 * noise[row]!);
    expect(pearson(x, y).value).toBeCloseTo(0.8, 1);
    expect(Math.abs(informationOfNumbers(x, y) + 0.5 * Math.log(1 - 0.64))).toBeLessThan(0.05);
    expect(informationOfNumbers(x, noise)).toBeLessThan(0.03);
  });

  it('of two classes far apart is ln 2', () => {
    const values = Float64Array.from([...normal(500, 1), ...normal(500, 2, 50)]);
    const codes = Int32Array.from(values, (value) => Number(value > 25));
    expect(informationOfCategory(values, codes)).toBeCloseTo(Math.log(2), 2);
    expect(informationOfCategory([1, 2, 3], [0, 1, 2])).toBe(0);
  });
});

it('quantiles refuse nothing to choose from, and a share outside', () => {
  expect(() => quantile(new Float64Array(), 0.5)).toThrow(RangeError);
  expect(() => quantile(Float64Array.of(1), 1.5)).toThrow(RangeError);
});
