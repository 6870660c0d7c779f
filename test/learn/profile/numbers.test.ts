import { describe, expect, it } from 'vitest';
import { createHistogram } from '../../../src/learn/profile/histogram.ts';
import { createMoments } from '../../../src/learn/profile/moments.ts';
import { describeArray, describeNumbers } from '../../../src/learn/profile/numbers.ts';
import { stream } from '../../../src/learn/random.ts';

const uneven = (count: number): Float64Array => {
  const random = stream(7);
  return Float64Array.from({ length: count }, () => 1e4 + Math.exp(random.normal()));
};

describe('moments', () => {
  it('are those of the definition, in two passes', () => {
    const values = uneven(5000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const moment = (power: number): number =>
      values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
    const moments = createMoments();
    moments.add(values);
    const result = moments.result();
    expect(result.mean).toBeCloseTo(mean, 6);
    expect(result.sd! / Math.sqrt(moment(2))).toBeCloseTo(1, 8);
    expect(result.skewness! / (moment(3) / moment(2) ** 1.5)).toBeCloseTo(1, 6);
  });

  it('do not depend on how the numbers are cut', () => {
    const values = uneven(1000);
    const [whole, cut] = [createMoments(), createMoments()];
    whole.add(values);
    for (const [from, to] of [
      [0, 1],
      [1, 300],
      [300, 300],
      [300, 1000],
    ])
      cut.add(values.subarray(from, to));
    expect(cut.result()).toEqual(whole.result());
  });

  it('of one value have no skewness, and of numbers that are too large no mean', () => {
    const [one, large] = [createMoments(), createMoments()];
    one.add([3, 3]);
    large.add([1e308, -1e308]);
    expect(one.result()).toEqual({ mean: 3, sd: 0, skewness: null });
    expect(large.result()).toMatchObject({ sd: null });
  });
});

describe('a histogram', () => {
  it('gives whole numbers of a small range a bin each', () => {
    const histogram = createHistogram({ count: 4, min: 2, max: 5, whole: true });
    histogram.add([2, 5]);
    histogram.add([5, 3]);
    expect(histogram.result()).toEqual({ from: 1.5, to: 5.5, counts: [1, 1, 0, 2] });
  });

  it('puts a value on a border above it, and the greatest into the last bin', () => {
    // 4 numbers: (2 · 4)^(1/3) = 2 bins.
    const histogram = createHistogram({ count: 4, min: 0, max: 1, whole: false });
    histogram.add([0, 0.49, 0.5, 1]);
    expect(histogram.result()).toEqual({ from: 0, to: 1, counts: [2, 2] });
  });

  it('has 30 bins at most, and one for one value; the largest numbers there are fit in', () => {
    const bins = (range: Parameters<typeof createHistogram>[0], values: readonly number[]) => {
      const histogram = createHistogram(range);
      histogram.add(values);
      return histogram.result().counts;
    };
    expect(bins({ count: 1e7, min: 0, max: 1, whole: false }, [])).toHaveLength(30);
    expect(bins({ count: 2, min: 0.1, max: 0.1, whole: false }, [0.1, 0.1])).toEqual([2]);
    const most = Number.MAX_VALUE;
    expect(bins({ count: 4, min: -most, max: most, whole: false }, [-most, -most / 4, most / 4, most])).toEqual([2, 2]);
  });
});

describe('numbers', () => {
  it('have the quantiles of numpy', async () => {
    const found = await describeArray(Float64Array.of(4, 1, 3, 2));
    expect(found).toMatchObject({ min: 1, max: 4, mean: 2.5, sd: Math.sqrt(1.25), quantiles_every: 1 });
    expect(found!.quantiles).toMatchObject({ '25%': 1.75, '50%': 2.5, '75%': 3.25 });
    expect(await describeArray(new Float64Array(0))).toBeNull();
  });

  it('that are too many to keep give quantiles of every nth', async () => {
    const count = 1005;
    const source = {
      ...{ count, min: 0, max: count - 1, whole: true },
      each: (take: (values: Float64Array) => void) => {
        for (let from = 0; from < count; from += 7)
          take(Float64Array.from({ length: Math.min(7, count - from) }, (_, at) => from + at));
      },
    };
    const found = await describeNumbers(source, 1000);
    expect(found.quantiles_every).toBe(2);
    expect(found.quantiles['50%']).toBe((count - 1) / 2);
    expect(found.histogram.counts.reduce((sum, each) => sum + each, 0)).toBe(count);
  });
});
