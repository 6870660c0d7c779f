import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRepeats } from '../../../src/learn/data/repeats.ts';

/** Taken in by pieces, the later ones first. */
const chosenOf = (keys: Float64Array, piece: number, isIn?: (row: number) => boolean): Uint8Array | null => {
  const repeats = createRepeats(keys.length, isIn);
  const froms = Array.from({ length: Math.ceil(keys.length / piece) }, (_, index) => index * piece);
  for (const from of froms.reverse()) repeats.take(keys.subarray(from, from + piece), from);
  return repeats.chosenAmong(keys);
};

/** By counting. */
const expected = (keys: Float64Array, isIn: (row: number) => boolean): Uint8Array | null => {
  const counts = new Map<number, number>();
  keys.forEach((key, row) => {
    if (isIn(row)) counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  const chosen = Uint8Array.from(keys, (key, row) => Number(isIn(row) && (counts.get(key) ?? 0) > 1));
  return chosen.includes(1) ? chosen : null;
};

const anyKey = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((place) => place / 41),
  fc.constantFrom(0, 1 - 2 ** -53),
  // These share a place, and differ.
  fc.integer({ min: 0, max: 3 }).map((step) => 0.5 + step * 2 ** -53),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map(Math.abs),
);

test('rows whose key another row has too are found, whatever the order of the pieces, and no others', () => {
  fc.assert(
    fc.property(fc.array(anyKey, { maxLength: 300 }), fc.integer({ min: 1, max: 50 }), fc.nat(4), (all, piece, out) => {
      const keys = Float64Array.from(all);
      const isIn = (row: number): boolean => row % 5 !== out;
      expect(chosenOf(keys, piece, isIn)).toEqual(expected(keys, isIn));
      expect(chosenOf(keys, piece)).toEqual(expected(keys, () => true));
    }),
  );
});

test('and among 300,000 that differ but for three', () => {
  const keys = Float64Array.from({ length: 300_000 }, (_, row) => ((row * 0.618_033_988_749) % 1) + 0);
  keys[299_999] = keys[0] as number;
  keys[150_000] = keys[7] as number;
  const chosen = chosenOf(keys, 2_048) as Uint8Array;
  expect([...chosen.entries()].filter(([, is]) => is === 1).map(([row]) => row)).toEqual([0, 7, 150_000, 299_999]);
});
