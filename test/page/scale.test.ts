import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearScale } from '../../src/page/scale.ts';

const labels = (values: readonly number[], options = {}) => {
  const scale = linearScale(values, { from: 0, to: 100, ...options });
  return scale.ticks.map(scale.format);
};

describe('linearScale', () => {
  it.each([
    [
      [0, 1],
      ['0', '0.2', '0.4', '0.6', '0.8', '1.0'],
    ],
    [
      [0.05, 0.3],
      ['0.05', '0.10', '0.15', '0.20', '0.25', '0.30'],
    ],
    [
      [-3, 7],
      ['-4', '-2', '0', '2', '4', '6', '8'],
    ],
    [
      [0, 1e-9],
      ['0', '2e-10', '4e-10', '6e-10', '8e-10', '1e-9'],
    ],
  ])('%j has the ticks %j', (values, ticks) => expect(labels(values)).toEqual(ticks));

  it('counts epochs by whole numbers', () => {
    expect(labels([1, 3], { step: 'whole', ends: 'tight' })).toEqual(['1', '2', '3']);
    expect(labels([1, 30], { step: 'whole', ends: 'tight' })).toEqual(['10', '20', '30']);
  });

  it('holds all its values, whatever they are', () => {
    const number = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (values) => {
        const { at, ticks } = linearScale(values, { from: 0, to: 100 });
        for (const value of values) {
          expect(at(value)).toBeGreaterThanOrEqual(-0.1);
          expect(at(value)).toBeLessThanOrEqual(100.1);
        }
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThan(16);
      }),
    );
  });
});
