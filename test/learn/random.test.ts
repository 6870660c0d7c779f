import { describe, expect, it } from 'vitest';
import { derive, shuffle, stream } from '../../src/learn/random.ts';

const take = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

/** xoshiro128** 1.1 and splitmix32 as their authors' C has them, in unbounded integers. */
const reference = (seed: number): (() => number) => {
  const mask = 0xffffffffn;
  const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  let z = BigInt(seed >>> 0);
  const fill = (): bigint => {
    z = (z + 0x9e3779b9n) & mask;
    let mixed = ((z ^ (z >> 16n)) * 0x21f0aaadn) & mask;
    mixed = ((mixed ^ (mixed >> 15n)) * 0x735a2d97n) & mask;
    return mixed ^ (mixed >> 15n);
  };
  const s: [bigint, bigint, bigint, bigint] = [fill(), fill(), fill(), fill()];
  return () => {
    const result = (rotl((s[1] * 5n) & mask, 7n) * 9n) & mask;
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
    return Number(result);
  };
};

describe('stream', () => {
  it.each([0, 1, 1337, 2 ** 31, 2 ** 32 - 1])('is xoshiro128** for seed %d', (seed) => {
    expect(take(1000, stream(seed).uint32)).toEqual(take(1000, reference(seed)));
  });

  it('keeps its first numbers: a change of them is a change of every seeded out', () => {
    expect(take(4, stream(1337).uint32)).toMatchInlineSnapshot(`
      [
        1725742096,
        2613034506,
        4061506121,
        1719555968,
      ]
    `);
  });

  it('is uniform: chi² of 256 cells over 100,000 draws lies within its 0.999 quantile', () => {
    const random = stream(1);
    const cells = new Float64Array(256);
    for (let draw = 0; draw < 100_000; draw += 1) cells[Math.floor(random.next() * 256)]! += 1;
    expect(chiSquared(cells)).toBeLessThan(330.5);
  });

  it('draws integers below n without bias', () => {
    const random = stream(2);
    const cells = new Float64Array(6);
    for (let draw = 0; draw < 60_000; draw += 1) cells[random.int(6)]! += 1;
    expect(chiSquared(cells)).toBeLessThan(20.5);
    expect(stream(3).int(2 ** 32)).toBe(stream(3).uint32());
    expect(stream(3).int(1)).toBe(0);
  });

  it('draws normal numbers: mean 0, variance 1, kurtosis 3', () => {
    const values = take(100_000, stream(4).normal);
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
  });
});

describe('derive', () => {
  it('tells labels apart by kind, by cut and by order', () => {
    const seeds = [
      derive(1, 'ab'),
      derive(1, 'a', 'b'),
      derive(1, 'b', 'a'),
      derive(1, 'a', 'b', ''),
      derive(1, 1),
      derive(1, '1'),
      derive(1, 1.5),
      derive(1, -1),
      derive(1),
      derive(2, 'ab'),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  it('gives seeds of 32 bits that hardly collide', () => {
    const seeds = Array.from({ length: 20_000 }, (_, row) => derive(1337, 'augment', row));
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
    // Of 20,000 random 32-bit numbers, 0.05 pairs are expected to be equal.
    expect(new Set(seeds).size).toBeGreaterThan(19_997);
  });

  it('keeps its values', () => {
    expect([derive(1337, 'split', 'split'), derive(0, 3, 'x')]).toMatchInlineSnapshot(`
      [
        1332934601,
        1293467396,
      ]
    `);
  });
});

describe('shuffle', () => {
  it('gives each of the 24 orders of 4 equally often', () => {
    const random = stream(5);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 24_000; draw += 1) {
      const order = shuffle([0, 1, 2, 3], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquared([...counts.values()])).toBeLessThan(49.7);
  });

  it('shuffles typed arrays in place', () => {
    const items = Int32Array.from({ length: 100 }, (_, index) => index);
    expect(shuffle(items, stream(6))).toBe(items);
    expect([...items].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect([...items]).not.toEqual([...items].sort((a, b) => a - b));
  });
});

const chiSquared = (cells: ArrayLike<number>): number => {
  const counts = Array.from(cells);
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};
