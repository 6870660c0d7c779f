import { describe, expect, it } from 'vitest';
import { meanBaseline } from '../../../src/learn/metrics/baseline.ts';
import { bootstrap } from '../../../src/learn/metrics/bootstrap.ts';
import { regressionMetrics } from '../../../src/learn/metrics/regression.ts';
import { stream } from '../../../src/learn/random.ts';
// scikit-learn's values; golden.py beside it made them.
import golden from './golden.json' with { type: 'json' };

describe.each(golden.regression)('as scikit-learn, case %#', ({ actual, predicted, ...expected }) => {
  const metrics = regressionMetrics(Float32Array.from(actual), Float32Array.from(predicted), { seed: 3 });

  it.each(['mae', 'rmse', 'r2'] as const)('%s', (name) => {
    const { value, low, high } = metrics[name];
    expect(value).toBeCloseTo(expected[name], 9);
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  });
});

describe('regressionMetrics', () => {
  const random = stream(11);
  const actual = Float32Array.from({ length: 200 }, () => random.normal());
  const predicted = actual.map((value) => value + 0.5 * random.normal());

  it('gives the same bounds for the same seed, and others for another', () => {
    const once = regressionMetrics(actual, predicted, { seed: 1 });
    expect(regressionMetrics(actual, predicted, { seed: 1 })).toEqual(once);
    expect(regressionMetrics(actual, predicted, { seed: 2 }).rmse.low).not.toBe(once.rmse.low);
  });

  it('scores a target that never varies as scikit-learn does', () => {
    const constant = new Float32Array(5).fill(0.1);
    expect(regressionMetrics(constant, constant, { seed: 1 }).r2).toEqual({ value: 1, low: 1, high: 1 });
    expect(regressionMetrics(constant, new Float32Array(5), { seed: 1 }).r2.value).toBe(0);
  });

  it('gives the mean baseline an R² of 0', () => {
    const { answer, metrics } = meanBaseline(actual);
    const same = regressionMetrics(actual, new Float32Array(200).fill(answer), { seed: 1, resamples: 40 });
    expect(same.r2.value).toBeCloseTo(metrics.r2, 6);
    expect(same.rmse.value).toBeCloseTo(metrics.rmse, 6);
    expect(same.mae.value).toBeCloseTo(metrics.mae, 6);
  });
});

describe('bootstrap', () => {
  it('has the bounds of the normal interval for a mean of many examples', () => {
    const random = stream(5);
    const values = Float64Array.from({ length: 400 }, () => random.normal());
    const average = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((sum, value) => sum + value, 0) / 400;
    const centre = average(values);
    const error = Math.sqrt(average(values.map((value) => (value - centre) ** 2)) / 400);
    const [interval] = bootstrap((draw) => [average(values.map((_, place) => values[draw(place)]!))], 400, {
      seed: 9,
      resamples: 4000,
    });
    expect(interval!.value).toBeCloseTo(centre, 12);
    expect(Math.abs(interval!.low - (centre - 1.96 * error)) / error).toBeLessThan(0.2);
    expect(Math.abs(interval!.high - (centre + 1.96 * error)) / error).toBeLessThan(0.2);
  });
});
