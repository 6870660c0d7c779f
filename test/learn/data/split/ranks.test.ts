import fc from 'fast-check';
import { expect, it } from 'vitest';
import { code } from '../../../../src/learn/data/split/params.ts';
import { splitByRank } from '../../../../src/learn/data/split/ranks.ts';
import { stream } from '../../../../src/learn/random.ts';

const shares = { test: 0.2, validation: 0.1 };

/** Rows without equal keys, by sorting all of them: the lowest are test, the next validation. */
const expected = (keys: Float64Array): number[] => {
  const [test, validation] = [shares.test, shares.validation].map((share) => Math.round(share * keys.length));
  const codes = new Array<number>(keys.length).fill(code.train);
  const order = [...keys.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number));
  order.forEach((row, rank) => {
    if (rank < test!) codes[row] = code.test;
    else if (rank < test! + validation!) codes[row] = code.validation;
  });
  return codes;
};

const split = (keys: Float64Array): number[] => {
  const codes = new Uint8Array(keys.length);
  splitByRank({ keys, open: () => true, strata: null }, shares, codes);
  return [...codes];
};

it('takes the lowest keys, wherever in [0, 1) they lie', () => {
  const random = stream(1337);
  const uniform = Float64Array.from({ length: 5000 }, () => random.next());
  expect(split(uniform)).toEqual(expected(uniform));
  // So many lie that high that those which would be enough of uniform ones are too few.
  const high = uniform.map((key) => 0.9 + key / 10);
  expect(split(high)).toEqual(expected(high));
  const low = uniform.map((key) => key / 1000);
  expect(split(low)).toEqual(expected(low));
});

it('keeps each stratum at its shares, small ones too', () => {
  const random = stream(7);
  const keys = Float64Array.from({ length: 4030 }, () => random.next());
  const of = Int32Array.from(keys, (_, row) => (row % 134 === 0 ? 1 : 0));
  const codes = new Uint8Array(keys.length);
  splitByRank({ keys, open: () => true, strata: { names: ['many', 'few'], of } }, shares, codes);
  for (const stratum of [0, 1]) {
    const rows = [...keys.keys()].filter((row) => of[row] === stratum);
    const own = Float64Array.from(rows, (row) => keys[row] as number);
    expect(rows.map((row) => codes[row])).toEqual(expected(own));
  }
});

/** By the words of it: the lowest keys first, each with all of its rows goes to test if it fits, else to validation, else to train. */
const greedily = (keys: readonly number[], { test, validation }: { test: number; validation: number }): number[] => {
  const seats = { test: Math.round(test * keys.length), validation: Math.round(validation * keys.length) };
  const codes = new Array<number>(keys.length).fill(code.train);
  for (const key of [...new Set(keys)].sort((a, b) => a - b)) {
    const rows = [...keys.keys()].filter((row) => keys[row] === key);
    const to = (['test', 'validation'] as const).find((split) => rows.length <= seats[split]);
    if (to === undefined) continue;
    seats[to] -= rows.length;
    for (const row of rows) codes[row] = code[to];
  }
  return codes;
};

it('keeps rows of one key together, and lets later ones in where a large group does not fit', () => {
  const group = fc.record({
    key: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map(Math.abs),
    size: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 60 })),
  });
  const share = fc.constantFrom(0, 0.1, 0.2, 0.4);
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 300 }), share, share, (groups, test, validation) => {
      const keys = groups.flatMap(({ key, size }) => new Array<number>(size).fill(key));
      const codes = new Uint8Array(keys.length);
      splitByRank({ keys: Float64Array.from(keys), open: () => true, strata: null }, { test, validation }, codes);
      expect([...codes]).toEqual(greedily(keys, { test, validation }));
    }),
    { numRuns: 500 },
  );
});
