import { expect, it } from 'vitest';
import { formatInterval, formatMetric } from '../../../src/learn/metrics/format.ts';

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
])('%d reads as %s', (value, text) => expect(formatMetric(value)).toBe(text));

it('writes bounds in brackets', () => {
  expect(formatInterval({ value: 0.988, low: 0.9856, high: 0.99 })).toBe('0.988 [0.986, 0.990]');
});
