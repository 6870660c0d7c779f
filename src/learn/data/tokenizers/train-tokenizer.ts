import type { FittedTokenizer } from '../../../types/generated/fitted.ts';
import { byteAlphabet, bytesAsText } from './byte-alphabet.ts';
import { compareBytes, learnMerges } from './learn-merges.ts';
import { normalizeText, type TextStep } from './normalize-text.ts';
import { splitWords } from './split-words.ts';
import { inner } from './word-piece.ts';

export interface TrainOptions {
  /** Size of the vocabulary, at most. */
  readonly most: number;
  /** Pairs of fewer occurrences are not merged. */
  readonly least: number;
}

/** Counts the words of texts, for a training. */
export interface WordCounts {
  add(text: string): void;
  readonly counts: ReadonlyMap<string, number>;
}

/** How words are cut, and what is found in each vocabulary whatever the texts are. */
export type Plan = Omit<FittedTokenizer, 'vocabulary' | 'merges'>;

/** As BERT has it: [PAD], [UNK], [CLS], [SEP], [MASK] have the ids 0 to 4. */
export const wordPiecePlan = (lowerCase: boolean): Plan => ({
  model: 'wordpiece',
  steps: lowerCase ? ['clean', 'ideographs', 'strip-accents', 'lowercase'] : ['clean', 'ideographs'],
  ...{ split: 'bert', prefix_space: false, unknown: 1, longest: 100, special: [], before: [2], after: [3], pad: 0 },
});

/** As GPT-2 has it, but for padding, which has the id 0 and nothing of a text ever has. */
export const bytePairPlan = (lowerCase: boolean): Plan => ({
  model: 'bpe',
  steps: lowerCase ? ['NFC', 'lowercase'] : [],
  ...{ split: 'gpt-2', prefix_space: false, unknown: null, longest: 100, special: [], before: [], after: [], pad: 0 },
});

export const countWords = ({ steps, split }: Plan): WordCounts => {
  const counts = new Map<string, number>();
  const add = (text: string): void => {
    for (const word of splitWords(normalizeText(text, steps as TextStep[]), split)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  };
  return { add, counts };
};

/**
 * Trains a tokenizer on words. Equal counts give equal vocabularies, whatever their order.
 *
 * A vocabulary of "wordpiece" is what byte pair merges make of characters, those of most words first, as Hugging Face's
 * trainer does it: the score of Schuster and Nakajima divides by the counts of the two parts, which prefers rare pairs.
 *
 * @see R. Sennrich, B. Haddow, A. Birch: Neural Machine Translation of Rare Words with Subword Units, ACL 2016.
 */
export const trainTokenizer = (
  plan: Plan,
  counts: ReadonlyMap<string, number>,
  options: TrainOptions,
): FittedTokenizer =>
  plan.model === 'wordpiece' ? trainWordPiece(plan, counts, options) : trainBytePairs(plan, counts, options);

const wordPieceSpecial = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const padding = '<pad>';

/** Characters that have pieces of their own: of the others there are so few that words with them are unknown. */
const mostCharacters = 1_000;

const trainWordPiece = (
  plan: Plan,
  counts: ReadonlyMap<string, number>,
  { most, least }: TrainOptions,
): FittedTokenizer => {
  const symbolsOf = (word: string): readonly string[] =>
    Array.from(word, (character, at) => (at === 0 ? character : `${inner}${character}`));
  const words = [...counts]
    .filter(([word]) => Array.from(word).length <= plan.longest)
    .map(([word, count]) => [symbolsOf(word), count] as const);
  const alphabet = commonest(words, Math.min(mostCharacters, most - wordPieceSpecial.length));
  const known = words.filter(([symbols]) => symbols.every((symbol) => alphabet.has(symbol)));
  const room = most - wordPieceSpecial.length - alphabet.size;
  const join = (left: string, right: string): string => left + right.slice(inner.length);
  const merges = learnMerges(known, { most: room, least, join });
  const pieces = [...wordPieceSpecial, ...[...alphabet].sort(compareBytes), ...merges.map(({ joined }) => joined)];
  // Two merges can give one piece: ##a + ##bc and ##ab + ##c.
  return { ...plan, vocabulary: [...new Set(pieces)], merges: [] };
};

const trainBytePairs = (
  plan: Plan,
  counts: ReadonlyMap<string, number>,
  { most, least }: TrainOptions,
): FittedTokenizer => {
  const words = [...counts].map(([word, count]) => [Array.from(bytesAsText(word)), count] as const);
  const pieces = [padding, ...byteAlphabet];
  const join = (left: string, right: string): string => left + right;
  const merges = learnMerges(words, { most: most - pieces.length, least, join });
  return {
    ...plan,
    vocabulary: [...new Set([...pieces, ...merges.map(({ joined }) => joined)])],
    merges: merges.map(({ left, right }) => `${left} ${right}`),
  };
};

/** The symbols that occur most often, those that occur equally often by their bytes. */
const commonest = (words: readonly (readonly [readonly string[], number])[], most: number): ReadonlySet<string> => {
  const counts = new Map<string, number>();
  for (const [symbols, count] of words) {
    for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + count);
  }
  const sorted = [...counts].sort(([a, count], [b, other]) => other - count || compareBytes(a, b));
  return new Set(sorted.slice(0, Math.max(most, 0)).map(([symbol]) => symbol));
};
