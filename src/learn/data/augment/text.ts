import type { Stream } from '../../random.ts';

export interface TextChange {
  /** Chance for each word, or for each character, in [0, 1]. */
  readonly amount: number;
  readonly random: Stream;
}

/** Words by the words that may stand for them, in lower case. */
export type Synonyms = Readonly<Record<string, readonly string[]>>;

/**
 * Leaves each word out with the chance `amount`, with the space before it; a text keeps one word at least.
 *
 * @see J. Wei, K. Zou: EDA: Easy Data Augmentation Techniques for Text Classification, EMNLP 2019 (random deletion).
 */
export const dropWords = (text: string, { amount, random }: TextChange): string => {
  const words = wordsOf(text);
  const kept = words.filter(() => random.next() >= amount);
  if (words.length === 0) return text;
  return (kept.length > 0 ? kept : [words[random.int(words.length)]!]).join(' ');
};

/** Exchanges each word with the next with the chance `amount`; a word moves at most once. The same source. */
export const swapWords = (text: string, { amount, random }: TextChange): string => {
  const words = wordsOf(text);
  for (let at = 0; at + 1 < words.length; at += 1) {
    if (random.next() >= amount) continue;
    [words[at], words[at + 1]] = [words[at + 1]!, words[at]!];
    at += 1;
  }
  return words.join(' ');
};

/**
 * Puts one of its synonyms in the place of each word that has some, with the chance `amount`. What is around the word,
 * as a comma, stays, and so does a capital at its beginning. The same source.
 */
export const replaceSynonyms = (
  text: string,
  { amount, random, synonyms }: TextChange & { readonly synonyms: Synonyms },
): string =>
  text.replaceAll(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu, (word) => {
    const key = word.toLowerCase();
    const others = Object.hasOwn(synonyms, key) ? synonyms[key]! : [];
    if (others.length === 0 || random.next() >= amount) return word;
    return cased(others[random.int(others.length)]!, word);
  });

/**
 * Misspells: each letter, with the chance `amount`, is left out, doubled, or exchanged with the letter after it.
 *
 * @see Y. Belinkov, Y. Bisk: Synthetic and Natural Noise Both Break Neural Machine Translation, ICLR 2018.
 */
export const misspell = (text: string, { amount, random }: TextChange): string => {
  const letters = Array.from(text);
  const out: string[] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at]!;
    if (!/\p{L}/u.test(letter) || random.next() >= amount) {
      out.push(letter);
      continue;
    }
    const kind = random.int(3);
    const next = letters[at + 1];
    if (kind === 1) out.push(letter, letter);
    else if (kind === 2 && next !== undefined && /\p{L}/u.test(next)) {
      out.push(next, letter);
      at += 1;
    } else if (kind === 2) out.push(letter);
  }
  return out.join('');
};

const wordsOf = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');

const cased = (synonym: string, like: string): string => {
  const [first = ''] = like;
  if (first === first.toLowerCase()) return synonym;
  const [letter = '', ...rest] = synonym;
  return letter.toUpperCase() + rest.join('');
};
