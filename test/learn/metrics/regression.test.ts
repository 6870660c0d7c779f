import { describe, expect, it } from 'vitest';
import { meanBaseline } from '../../../src/learn/metrics/baseline.ts';
import { type NumberSet, numberIntervals } from '../../../src/learn/metrics/regression.ts';
import type { BootstrapOptions } from '../../../src/learn/metrics/resample.ts';
import { stream } from '../../../src/learn/random.ts';
// scikit-learn's values; golden.py beside it made them.
import golden from './golden.json' with { type: 'json' };

const regressionMetrics = (actual: Float32Array, predicted: NumberSet['predicted'], options: BootstrapOptions) => {
  const settings = { quantile: 0.5 };
  const [mae, rmse, r2] = numberIntervals({ actual, predicted }, ['mae', 'rmse', 'r2'], { settings, ...options });
  return { mae: mae!, rmse: rmse!, r2: r2! };
};

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
    const { answer, set } = meanBaseline(actual);
    expect(regressionMetrics(actual, set.predicted, { seed: 1, resamples: 40 }).r2.value).toBeCloseTo(0, 12);
    const other = set.predicted.map((value) => value + 0.01);
    const rmse = (predicted: NumberSet['predicted']) =>
      regressionMetrics(actual, predicted, { seed: 1, resamples: 40 }).rmse.value;
    expect(rmse(set.predicted)).toBeLessThan(rmse(other));
    expect(answer).toBeCloseTo(actual.reduce((sum, value) => sum + value, 0) / 200, 12);
  });
});
