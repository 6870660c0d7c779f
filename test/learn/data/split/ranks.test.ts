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
