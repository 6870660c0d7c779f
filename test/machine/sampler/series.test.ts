import { expect, test } from 'vitest';
import { createGauge } from '../../../src/machine/sampler/gauge.ts';
import { createSeries } from '../../../src/machine/sampler/series.ts';

test('a short time keeps every reading', () => {
  const series = createSeries(0.5);
  series.add('a', 0, 1);
  series.add('a', 1.2, 3);
  series.add('a', 1.4, 4);
  expect([series.every(), series.read('a')]).toEqual([0.5, [1, null, 3.5]]);
  expect(series.read('b')).toEqual([]);
});

test('a long time has longer stretches, never more than 120, and the same mean', () => {
  const series = createSeries(0.5);
  for (let at = 0; at < 7200; at += 1) {
    series.add('a', at / 2, at);
    series.add('b', at / 2, 1);
  }
  const values = series.read('a').map(Number);
  expect([series.every(), values.length]).toEqual([32, 113]);
  expect(values[0]).toBe(31.5);
  expect(new Set(series.read('b'))).toEqual(new Set([1]));
});

test('a track that begins late has the stretches of the others', () => {
  const series = createSeries(1);
  series.add('a', 500, 1);
  series.add('b', 3, 2);
  expect(series.every()).toBe(8);
  expect(series.read('b')).toEqual([2]);
  expect(series.read('a')).toHaveLength(63);
});

test('a gauge weighs by seconds', () => {
  const gauge = createGauge(1);
  for (const [value, seconds] of [
    [0, 1],
    [100, 8],
    [50, 1],
  ] as const)
    gauge.add(value, seconds);
  expect(gauge.spread()).toEqual({ mean: 85, max: 100, p10: 0, p50: 100, p90: 100 });
  expect([gauge.below(50), gauge.below(51), gauge.seconds()]).toEqual([1, 2, 10]);
});

test('a gauge without readings says nothing', () => {
  expect([createGauge(1).peak(), createGauge(1).spread()]).toEqual([undefined, undefined]);
});
