import { describe, expect, test } from 'vitest';
import { bytesFor, halfOf, rounded, stored } from '../../../src/learn/export/encoding.ts';
import { fromHalf } from '../../../src/learn/pretrained/halves.ts';
import { stream } from '../../../src/learn/random.ts';

describe('float16', () => {
  test('each of them comes back as it was', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
    const wrong = [...fromHalf(all)].filter((value, bits) => !Number.isNaN(value) && halfOf(value) !== bits);
    expect(wrong).toEqual([]);
    expect(halfOf(Number.NaN) & 0x7c00).toBe(0x7c00);
    expect(halfOf(Number.NaN) & 0x3ff).toBeGreaterThan(0);
  });

  test('of two equally near the even one is taken, and what is too large is infinite', () => {
    // Halves between 1 and 2 are 2⁻¹⁰ apart; below 2⁻¹⁴ they are 2⁻²⁴ apart.
    expect(halfOf(1 + 2 ** -11)).toBe(0x3c00);
    expect(halfOf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(halfOf(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
    expect(halfOf(2 ** -25)).toBe(0);
    expect(halfOf(3 * 2 ** -25)).toBe(2);
    expect(halfOf(2 - 2 ** -12)).toBe(0x4000);
    expect(halfOf(65_519)).toBe(0x7bff);
    expect(halfOf(65_520)).toBe(0x7c00);
    expect(halfOf(-1e9)).toBe(0xfc00);
  });
});

describe('uint8', () => {
  const random = stream(3);
  const values = Float32Array.from({ length: 1_000 }, () => random.normal() + 0.5);

  test('has 0 exactly, and no value farther away than a step', () => {
    const encoding = bytesFor(values);
    const kept = rounded(Float32Array.of(0, ...values), encoding);
    expect(kept[0]).toBe(0);
    const off = values.reduce((most, value, at) => Math.max(most, Math.abs(value - kept[at + 1]!)), 0);
    expect(off).toBeLessThanOrEqual(encoding.scale);
    expect(new Set(kept).size).toBeLessThanOrEqual(256);
  });

  test('what is stored means what was kept', () => {
    const encoding = bytesFor(values);
    const kept = rounded(values, encoding);
    const bytes = stored(kept, encoding);
    expect(Float32Array.from(bytes, (byte) => (byte - encoding.zero) * encoding.scale)).toEqual(kept);
  });

  test.each([[[0, 0]], [[3, 3]], [[-2, -1]]])('takes %j, which are on one side of 0', (some) => {
    const kept = rounded(Float32Array.from(some), bytesFor(Float32Array.from(some)));
    kept.forEach((value, at) => {
      expect(value).toBeCloseTo(some[at]!, 1);
    });
  });
});
