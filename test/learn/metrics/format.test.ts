import { expect, it } from 'vitest';
import { alike, formatDifference, formatInterval, formatMetric } from '../../../src/learn/metrics/format.ts';

it.each([
  [0.98765, '0.988'],
  [0.9996, '0.9996'],
  [0.99995, '0.99995'],
  [1, '1.000'],
  [0, '0.000'],
  [-0.25, '-0.250'],
  [0.000123456, '0.000123'],
  [12.3456, '12.346'],
  [123456.7, '123000'],
  [14353, '14353'],
])('%d reads as %s', (value, text) => expect(formatMetric(value)).toBe(text));

it('writes bounds in brackets', () => {
  expect(formatInterval({ value: 0.988, low: 0.9856, high: 0.99 })).toBe('0.988 [0.986, 0.990]');
});

it.each([
  [[0.00234, 0.000161, 0.003], '+0.0023 [+0.0002, +0.0030]'],
  [[0.002, -0.001, 0.005], '+0.002 [−0.001, +0.005]'],
  [[0, 0, 0.0004], '±0.000000 [±0.000000, +0.000400]'],
  [[0.000161, 0.000102, 0.000203], '+0.000161 [+0.000102, +0.000203]'],
  [[-12.3456, -13.1, -11.07], '−12.346 [−13.100, −11.070]'],
  [[4321.7, 4207.1, 4433.3], '+4320 [+4210, +4430]'],
  [[14353, 0, 15001], '+14353 [±0, +15001]'],
  // Six decimals do not tell these apart from 0: each for itself.
  [[0.4, 1e-9, 0.5], '+0.400 [+1e-9, +0.500]'],
])('a difference and its bounds have the same decimals: %j reads as %s', ([value, low, high], text) =>
  expect(formatDifference({ value: value!, low: low!, high: high! })).toBe(text),
);

it('gives all the decimals that one of them takes not to read as 0 or 1', () => {
  expect(formatInterval({ value: 0.999, low: 0.9961, high: 0.99996 })).toBe('0.99900 [0.99610, 0.99996]');
  expect(formatInterval({ value: 1, low: 0.946, high: 1 })).toBe('1.000 [0.946, 1.000]');
});

it('gives more where people could not see what decides', () => {
  const say = alike([0.8999, 0.88, 0.92], (way) => way(0.8999) !== way(0.9));
  expect(say(0.8999)).toBe('0.8999');
  expect(say(0.88)).toBe('0.8800');
});
