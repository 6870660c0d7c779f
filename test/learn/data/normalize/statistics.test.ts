import { describe, expect, it } from 'vitest';
import { scalingOf } from '../../../../src/learn/data/normalize/fit-number.ts';
import { accumulate, accumulateBytes } from '../../../../src/learn/data/normalize/statistics.ts';
import { stream } from '../../../../src/learn/random.ts';

const of = (values: readonly number[]) => {
  const accumulator = accumulate();
  accumulator.add(values);
  return accumulator.statistics();
};

describe('accumulate', () => {
  it('knows count, extremes, mean and the standard deviation of the population', () => {
    expect(of([1, 2, Number.NaN, 3, 4])).toEqual({ count: 4, min: 1, max: 4, mean: 2.5, sd: Math.sqrt(1.25) });
    expect(of([])).toEqual({ count: 0, min: 0, max: 0, mean: 0, sd: 0 });
  });

  it('loses nothing where the mean is large and the deviation small', () => {
    const { mean, sd } = of([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]);
    expect(mean).toBe(1e9 + 10);
    expect(sd).toBeCloseTo(Math.sqrt(22.5), 12);
  });

  it('finds no deviation at all in a constant', () => {
    expect(of(new Array(1000).fill(0.1))).toMatchObject({ mean: 0.1, sd: 0 });
  });

  it('counts bytes to the same numbers', () => {
    const random = stream(3);
    const bytes = Uint8Array.from({ length: 10_000 }, () => random.int(256));
    const counts = accumulateBytes();
    counts.add(bytes.subarray(0, 5000));
    counts.add(bytes.subarray(5000));
    const [exact, running] = [counts.statistics(), of([...bytes])];
    expect(exact).toMatchObject({ count: running.count, min: running.min, max: running.max });
    expect(exact.mean).toBeCloseTo(running.mean, 10);
    expect(exact.sd).toBeCloseTo(running.sd, 10);
    expect(accumulateBytes().statistics().count).toBe(0);
  });
});

describe('scalingOf', () => {
  it('is that of the method', () => {
    const statistics = of([2, 4, 6]);
    expect(scalingOf('min-max', statistics)).toEqual({ center: 2, divisor: 4 });
    expect(scalingOf('standard', statistics)).toEqual({ center: 4, divisor: Math.sqrt(8 / 3) });
    expect(scalingOf('none', statistics)).toEqual({ center: 0, divisor: 1 });
  });

  it('never divides by 0: a constant becomes 0', () => {
    expect(scalingOf('min-max', of([5, 5]))).toEqual({ center: 5, divisor: 1 });
    expect(scalingOf('standard', of([5, 5]))).toEqual({ center: 5, divisor: 1 });
  });
});
