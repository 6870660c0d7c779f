import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson, wilsonEffective } from '../../../src/learn/metrics/interval.ts';

describe('wilson', () => {
  // Newcombe (Statistics in Medicine 17, 1998), table I, method 3: the score interval, to four decimals.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i', (hits, trials, low, high) => {
    const interval = wilson(hits / trials, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('knows nothing without a trial', () => expect(wilson(0, 0)).toEqual({ value: 0, low: 0, high: 1 }));

  it('holds its value and is mirrored', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, share) => {
        const { low, high } = wilson(share, trials);
        const mirror = wilson(1 - share, trials);
        expect(low).toBeLessThanOrEqual(share);
        expect(high).toBeGreaterThanOrEqual(share);
        expect(mirror.low).toBeCloseTo(1 - high, 9);
      }),
    );
  });
});

describe('wilsonEffective', () => {
  it('is Wilson’s own where the variance is that of a proportion', () => {
    const share = 0.3;
    const effective = wilsonEffective(share, (share * (1 - share)) / 50, 50);
    expect(effective.low).toBeCloseTo(wilson(share, 50).low, 12);
    expect(effective.high).toBeCloseTo(wilson(share, 50).high, 12);
  });

  it('never counts more examples than there are', () => {
    expect(wilsonEffective(0.9, 1e-9, 40)).toEqual(wilson(0.9, 40));
    expect(wilsonEffective(1, 0, 40)).toEqual(wilson(1, 40));
  });
});
