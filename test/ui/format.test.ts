import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatMetric,
  formatMetrics,
  formatNumber,
  formatPercent,
  formatSeconds,
  formatTime,
  plural,
  shortDigest,
} from '../../src/ui/format.ts';

describe('formatSeconds', () => {
  it.each([
    [-1, '0 ms'],
    [0, '0 ms'],
    [0.0123, '12 ms'],
    [0.0994, '99 ms'],
    [0.0996, '0.1 s'],
    [0.4, '0.4 s'],
    [41.83, '41.8 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 0 s'],
    [192, '3 min 12 s'],
    [3599.4, '59 min 59 s'],
    [3599.6, '1 h 00 min'],
    [7500, '2 h 05 min'],
    [3_600_000, '1,000 h 00 min'],
  ])('writes %f as "%s"', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it('never shows 60 of anything, and never goes back', () => {
    const small = fc.double({ min: 0, max: 20_000, noNaN: true });
    fc.assert(fc.property(small, (seconds) => !/\b(60|1000) ?(s|min|ms)\b/.test(formatSeconds(seconds))));
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [54_950, '55.0 kB'],
    [999_960, '1.0 MB'],
    [11_600_000, '11.6 MB'],
    [2e18, '2000.0 PB'],
  ])('writes %i as "%s"', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('counts', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [-70_000, '-70,000'],
    [1_234_567, '1,234,567'],
  ])('writes %i as "%s"', (count, text) => expect(formatCount(count)).toBe(text));

  it('loses no digit', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (count) => Number(formatCount(count).replaceAll(',', '')) === count));
  });

  it('has a plural', () => {
    expect([0, 1, 1000].map((count) => plural(count, 'stage'))).toEqual(['0 stages', '1 stage', '1,000 stages']);
    expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  });
});

describe('metrics', () => {
  it.each([
    [0.98812, '0.988'],
    [1, '1'],
    [54_410, '54,410'],
    [12_345.6, '12,346'],
    [213.456, '213.5'],
    [21.3456, '21.35'],
    [0.0041234, '0.00412'],
    [0.0000123, '1.23e-5'],
    [-0.5, '-0.500'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('writes %f as "%s"', (value, text) => expect(formatNumber(value)).toBe(text));

  it('writes an interval with one precision', () => {
    expect(formatMetric({ value: 0.988, low: 0.986, high: 0.99 })).toBe('0.988 [0.986, 0.990]');
    expect(formatMetric({ value: 1, low: 0.9963, high: 1 })).toBe('1.000 [0.996, 1.000]');
    expect(formatMetric({ value: 1234.5, low: 999.6, high: 1500 })).toBe('1,235 [1,000, 1,500]');
  });

  it('writes several on one line', () => {
    expect(formatMetrics({ accuracy: { value: 0.988, low: 0.986, high: 0.99 }, macro_f1: 0.9879 })).toBe(
      'accuracy 0.988 [0.986, 0.990], macro_f1 0.988',
    );
  });
});

describe('the rest', () => {
  it('rounds per cents down, so that 100 % means all', () => {
    expect([0, 0.29, 0.5199, 0.9999, 1, 1.5, -1].map(formatPercent)).toEqual([
      '0 %',
      '29 %',
      '51 %',
      '99 %',
      '100 %',
      '100 %',
      '0 %',
    ]);
  });

  it('shortens digests with and without their kind', () => {
    expect(shortDigest(`sha256:${'4f2a91c0'.padEnd(64, '0')}`)).toBe('4f2a91c0');
    expect(shortDigest('4f2a91c0ffff')).toBe('4f2a91c0');
  });

  it('writes times in UTC', () => {
    expect(formatTime('2026-11-23T14:02:07.123Z')).toBe('2026-11-23 14:02:07 UTC');
  });
});
