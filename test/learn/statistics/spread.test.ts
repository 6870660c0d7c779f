import { expect, test } from 'vitest';
import { spreadOf, standardized } from '../../../src/learn/statistics/spread.ts';

test('mean and standard deviation of what is there', () => {
  expect(spreadOf([2, 4, Number.NaN, 4, 4, 5, 5, 7, 9])).toEqual({ count: 8, mean: 5, sd: 2 });
  expect(spreadOf([Number.NaN])).toEqual({ count: 0, mean: 0, sd: 0 });
});

test('equal numbers have no spread, and their own mean, however their sum is rounded', () => {
  const values = new Float64Array(10).fill(0.1);
  expect(values.reduce((sum, value) => sum + value, 0) / 10).not.toBe(0.1);
  expect(spreadOf(values)).toEqual({ count: 10, mean: 0.1, sd: 0 });
  expect(standardized(values)).toEqual(new Float64Array(10));
});

test('standardized: by deviations from the mean, 0 where missing', () => {
  const values = Float64Array.of(2, 4, Number.NaN, 4, 4, 5, 5, 7, 9);
  expect(standardized(values)).toEqual(Float64Array.of(-1.5, -0.5, 0, -0.5, -0.5, 0, 0, 1, 2));
});
