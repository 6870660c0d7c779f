import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { distanceOf, distanceOfDoubles, numberTypes } from '../../../src/lineage/compare/numbers.ts';
import { bytesIn, nextFloat } from './files.ts';

const elements = (data: ArrayBufferView) => new DataView(bytesIn(data).slice().buffer);
const type = (name: string) => numberTypes.get(name)!;

test('floats that follow on one another are one step apart, and text reads back as the same float', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, min: 0, max: 2 ** 100 }), (value) => {
      const view = elements(Float32Array.of(value, nextFloat(value)));
      expect(distanceOf(type('F32'), { view, offset: 0 }, { view, offset: 4 }).ulps).toBe(1);
      expect(Math.fround(Number(type('F32').show(value)))).toBe(value);
    }),
  );
});

test('steps are counted across zero, in either order', () => {
  const view = elements(Float32Array.of(-1.401298464324817e-45, 1.401298464324817e-45));
  for (const [a, b] of [
    [0, 4],
    [4, 0],
  ] as const)
    expect(distanceOf(type('F32'), { view, offset: a }, { view, offset: b }).ulps).toBe(2);
});

describe('distances', () => {
  it('are those of doubles in JSON', () => {
    expect(distanceOfDoubles(1, 1 + Number.EPSILON)).toEqual({ absolute: Number.EPSILON, ulps: 1 });
    expect(distanceOfDoubles(1, Number.POSITIVE_INFINITY)).toEqual({});
  });

  it('of 64-bit integers lose nothing on the way', () => {
    const view = elements(BigInt64Array.of(2n ** 62n, 2n ** 62n + 1n));
    expect(distanceOf(type('I64'), { view, offset: 0 }, { view, offset: 8 })).toEqual({ absolute: 1 });
  });
});

// From IEEE 754-2019, table 3.5, and the definition of bfloat16.
test.each([
  ['F16', 0x3c00, 1],
  ['F16', 0xc000, -2],
  ['F16', 0x7bff, 65504],
  ['F16', 0x0001, 2 ** -24],
  ['F16', 0x7c00, Number.POSITIVE_INFINITY],
  ['BF16', 0x3f80, 1],
  ['BF16', 0xc040, -3],
])('%s %i is %d', (name, bits, value) => {
  expect(type(name).valueAt(elements(Uint16Array.of(bits)), 0)).toBe(value);
});
