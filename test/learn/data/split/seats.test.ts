import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shareSeats } from '../../../../src/learn/data/split/seats.ts';

it('gives the rest to the largest remainders, the earlier first', () => {
  expect(shareSeats([5923, 6742, 5958], 1862)).toEqual([592, 674, 596]);
  expect(shareSeats([1, 1, 1, 1], 2)).toEqual([1, 1, 0, 0]);
  expect(shareSeats([0, 0], 0)).toEqual([0, 0]);
});

it('gives out all seats, to nobody more than its size or a seat away from its quota', () => {
  const cases = fc
    .array(fc.nat(1000), { minLength: 1, maxLength: 20 })
    .chain((sizes) => fc.tuple(fc.constant(sizes), fc.nat(sizes.reduce((sum, size) => sum + size, 0))));
  fc.assert(
    fc.property(cases, ([sizes, seats]) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const shares = shareSeats(sizes, seats);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(seats);
      shares.forEach((share, index) => {
        const size = sizes[index] as number;
        expect(share).toBeLessThanOrEqual(size);
        expect(Math.abs(share - (total === 0 ? 0 : (size * seats) / total))).toBeLessThan(1);
      });
    }),
    { seed: 1337 },
  );
});
