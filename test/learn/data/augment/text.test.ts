import { describe, expect, it } from 'vitest';
import { dropWords, misspell, replaceSynonyms, swapWords } from '../../../../src/learn/data/augment/text.ts';
import { stream } from '../../../../src/learn/random.ts';

const given = (amount: number, seed = 1) => ({ amount, random: stream(seed) });
const words = Array.from({ length: 1000 }, (_, at) => `w${at}`);

describe('word dropout', () => {
  it('leaves out the share asked for, and keeps the order', () => {
    const kept = dropWords(words.join(' '), given(0.2)).split(' ');
    expect(Math.abs(kept.length - 800)).toBeLessThan(3.3 * Math.sqrt(160));
    expect(kept).toEqual(words.filter((word) => kept.includes(word)));
  });

  it('keeps one word at least, and a text without any as it is', () => {
    expect(['a', 'b']).toContain(dropWords('a b', given(1)));
    expect(dropWords('  ', given(1))).toBe('  ');
  });
});

describe('word swap', () => {
  it('exchanges neighbours; no word is lost, none moves further', () => {
    expect(swapWords('a b c d e', given(1))).toBe('b a d c e');
    const swapped = swapWords(words.join(' '), given(0.3)).split(' ');
    expect([...swapped].sort()).toEqual([...words].sort());
    swapped.forEach((word, at) => {
      expect(Math.abs(Number(word.slice(1)) - at)).toBeLessThanOrEqual(1);
    });
  });
});

describe('synonyms', () => {
  const synonyms = { film: ['movie'], "don't": ['never'], constructor: ['builder'], müde: ['matt'] };
  it('keep signs and capitals, and know words in any case', () => {
    const replaced = replaceSynonyms("Film! I don't like this film, FILM; müde", { ...given(1), synonyms });
    expect(replaced).toBe('Movie! I never like this movie, Movie; matt');
  });

  it('are those of the table alone, and come with the chance asked for', () => {
    expect(replaceSynonyms('toString hasOwnProperty', { ...given(1), synonyms })).toBe('toString hasOwnProperty');
    const text = Array.from({ length: 1000 }, () => 'film').join(' ');
    const count = replaceSynonyms(text, { ...given(0.3), synonyms }).split('movie').length - 1;
    expect(Math.abs(count - 300)).toBeLessThan(3.3 * Math.sqrt(210));
  });
});

describe('typos', () => {
  it('leave out, double or exchange letters, and nothing but letters', () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) kinds.add(misspell('ab', given(1, seed)));
    expect([...kinds].sort()).toEqual(
      ['', 'a', 'aa', 'aab', 'aabb', 'ab', 'b', 'ba', 'bb'].filter((each) => kinds.has(each)).sort(),
    );
    expect(kinds.has('ba') && kinds.has('aabb') && kinds.has('')).toBe(true);
    expect(misspell('1 + 2 = 3!', given(1))).toBe('1 + 2 = 3!');
  });

  it('come with the chance asked for, and take a letter beyond the basic plane as one', () => {
    const text = 'x'.repeat(3000);
    // A third of the changes loses a letter, a third adds one: the length stays about the same.
    expect(Math.abs(misspell(text, given(0.1)).length - 3000)).toBeLessThan(60);
    expect(misspell('𝒳𝒳𝒳', given(1))).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
    expect(misspell('abc', given(0))).toBe('abc');
  });
});
