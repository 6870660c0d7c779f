import { expect, it } from 'vitest';
import { originalOf } from '../../../src/learn/data/original.ts';

it('undoes the scaling of a target, to the precision of float32', () => {
  const values = [0, 0.5, 3, 1200];
  const linear = Float32Array.from(values, (value) => (value - 7) / 3);
  const logs = Float32Array.from(values, Math.log1p);
  expect([...originalOf(values, undefined)]).toEqual(values);
  for (const [stored, scaling] of [
    [linear, { method: 'linear', center: 7, divisor: 3 }],
    [logs, { method: 'log1p', center: 0, divisor: 1 }],
  ] as const) {
    originalOf(stored, scaling).forEach((value, at) => {
      expect(Math.abs(value - values[at]!)).toBeLessThan(1e-6 * Math.max(1, values[at]!));
    });
  }
});
