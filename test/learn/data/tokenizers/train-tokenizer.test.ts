import { describe, expect, it } from 'vitest';
import { encoderOf, writeRow } from '../../../../src/learn/data/tokenizers/encode.ts';
import { learnMerges } from '../../../../src/learn/data/tokenizers/learn-merges.ts';
import {
  bytePairPlan,
  countWords,
  type Plan,
  trainTokenizer,
  wordPiecePlan,
} from '../../../../src/learn/data/tokenizers/train-tokenizer.ts';
import { stream } from '../../../../src/learn/random.ts';

const join = (left: string, right: string): string => left + right;
const trained = (plan: Plan, texts: readonly string[], most: number, least = 1) => {
  const words = countWords(plan);
  for (const text of texts) words.add(text);
  return trainTokenizer(plan, words.counts, { most, least });
};

describe('learnMerges', () => {
  it('merges the pair that occurs most, and counts again after each merge', () => {
    const words = [
      ['low', 5],
      ['lower', 2],
      ['newest', 6],
      ['widest', 3],
    ] as const;
    const merges = learnMerges(
      words.map(([word, count]) => [Array.from(word), count]),
      { most: 5, least: 1, join },
    );
    // e-s and s-t occur 9 times; e comes before s. Then es-t; lo and ow 7 times each, and so on.
    expect(merges.map(({ joined }) => joined)).toEqual(['es', 'est', 'lo', 'low', 'ew']);
  });

  it('takes the first by UTF-8 bytes of pairs that occur equally often, not by UTF-16', () => {
    const words = ['\u{1f389}a', '\uffeea', 'ba'].map((word) => [Array.from(word), 1] as const);
    for (const order of [words, [...words].reverse()]) {
      const merges = learnMerges(order, { most: 9, least: 1, join });
      expect(merges.map(({ left }) => left)).toEqual(['b', '\uffee', '\u{1f389}']);
    }
  });

  it('joins overlapping pairs from the left, and ends where a pair is too rare', () => {
    const joined = (least: number) =>
      learnMerges([[['a', 'a', 'a', 'a', 'a'], 2]], { most: 9, least, join }).map((merge) => merge.joined);
    expect(joined(3)).toEqual(['aa']);
    expect(joined(2)).toEqual(['aa', 'aaa', 'aaaaa']);
  });

  it('agrees with counting everything anew for each merge', () => {
    const random = stream(5);
    const words = new Map(
      Array.from({ length: 200 }, () => {
        const word = Array.from({ length: 1 + random.int(7) }, () => 'abcd'[random.int(4)]).join('');
        return [word, 1 + random.int(5)] as const;
      }),
    );
    const found = learnMerges(
      [...words].map(([word, count]) => [Array.from(word), count]),
      { most: 60, least: 2, join },
    );
    expect(found.map(({ left, right }) => `${left} ${right}`)).toEqual(plainMerges(words, 60, 2));
  });
});

/** The same, as slow and as plain as it can be. */
const plainMerges = (words: ReadonlyMap<string, number>, most: number, least: number): readonly string[] => {
  let entries = [...words].map(([word, count]) => ({ symbols: Array.from(word), count }));
  const merges: string[] = [];
  while (merges.length < most) {
    const counts = new Map<string, number>();
    for (const { symbols, count } of entries)
      for (let at = 0; at + 1 < symbols.length; at += 1) {
        const pair = `${symbols[at]} ${symbols[at + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + count);
      }
    const [best] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    if (best === undefined || best[1] < least) return merges;
    merges.push(best[0]);
    const [left, right] = best[0].split(' ');
    entries = entries.map(({ symbols, count }) => {
      const next: string[] = [];
      for (let at = 0; at < symbols.length; at += 1) {
        const both = symbols[at] === left && symbols[at + 1] === right;
        next.push(both ? `${left}${right}` : symbols[at]!);
        if (both) at += 1;
      }
      return { symbols: next, count };
    });
  }
  return merges;
};

const texts = ['The lower, the lowest; slow and slower.', 'Slowly and lowly: 日本 🎉', 'A naïve café'];

describe('a tokenizer that was trained', () => {
  it.each([
    ['wordpiece', wordPiecePlan(true), 80],
    ['bpe', bytePairPlan(false), 280],
  ] as const)(
    'of %s has a vocabulary of the size asked for, the same whatever the order of the texts',
    (_, plan, most) => {
      const tokenizer = trained(plan, texts, most);
      expect(tokenizer.vocabulary.length).toBeLessThanOrEqual(most);
      expect(new Set(tokenizer.vocabulary).size).toBe(tokenizer.vocabulary.length);
      expect(trained(plan, [...texts].reverse(), most)).toEqual(tokenizer);
    },
  );

  it('of bpe loses nothing of any text', () => {
    const tokenizer = trained(bytePairPlan(false), texts, 300);
    const encode = encoderOf(tokenizer);
    for (const text of ['slowest', 'ünknown \u0000 🤷🏽‍♀️\n\n  x', '[PAD]<pad>']) {
      const pieces = encode(text).map((id) => tokenizer.vocabulary[id]);
      expect(Array.from(pieces.join('')).length).toBe(Buffer.from(text).length);
      expect(encode(text)).not.toContain(tokenizer.pad);
    }
  });

  it('of wordpiece knows common words whole, others in pieces, and strange characters not at all', () => {
    const tokenizer = trained(wordPiecePlan(true), texts, 80);
    const piecesOf = (text: string) => encoderOf(tokenizer)(text).map((id) => tokenizer.vocabulary[id]);
    expect(tokenizer.vocabulary.slice(0, 5)).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);
    expect(piecesOf('slow')).toEqual(['slow']);
    expect(piecesOf('Slowed').join('')).toMatch(/^slow.*##d$/);
    expect(piecesOf('Ω')).toEqual(['[UNK]']);
    // What a text says is never taken for a mark of ours.
    expect(piecesOf('[SEP]')).not.toContain('[SEP]');
  });
});

describe('a row', () => {
  const tokenizer = { ...trained(wordPiecePlan(true), texts, 80), before: [2], after: [3], pad: 0 };

  it('has what stands before and after each text, and padding', () => {
    const row = new Int32Array(6);
    writeRow([7, 8], row, tokenizer);
    expect([...row]).toEqual([2, 7, 8, 3, 0, 0]);
  });

  it('is cut off within the text, never at its end', () => {
    const row = new Int32Array(4);
    writeRow([7, 8, 9, 10], row, tokenizer);
    expect([...row]).toEqual([2, 7, 8, 3]);
  });
});
