import { must } from '../matrix.ts';
import { hashText } from './text-hash.ts';

export interface ShingleOptions {
  /** What a shingle is made of. */
  readonly unit: 'word' | 'character';
  /** How many in a row: 3 words or 8 characters, say. */
  readonly size: number;
}

/**
 * The set of a text's shingles (runs of words or characters), as ascending 32-bit hashes, each once.
 *
 * The text is brought to lower case, and what is neither letter nor digit counts as a space. A text shorter than one
 * shingle has itself as its only one; one without letters or digits has none. Two shingles of a pair of texts share a
 * hash with probability 2^-32 each: of no weight for a similarity.
 */
export const shinglesOf = (text: string, { unit, size }: ShingleOptions): Uint32Array => {
  must(Number.isInteger(size) && size >= 1, `a shingle's size is 1 or more, not ${size}`);
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (words.length === 0) return new Uint32Array();
  const hashes = unit === 'word' ? runsOfWords(words, size) : runsOfCharacters(words.join(' '), size);
  return Uint32Array.from(new Set(hashes)).sort();
};

const runsOfWords = (words: readonly string[], size: number): number[] => {
  if (words.length <= size) return [hashText(words.join(' '))];
  return Array.from({ length: words.length - size + 1 }, (_, at) => hashText(words.slice(at, at + size).join(' ')));
};

const runsOfCharacters = (text: string, size: number): number[] => {
  if (text.length <= size) return [hashText(text)];
  return Array.from({ length: text.length - size + 1 }, (_, at) => hashText(text.slice(at, at + size)));
};

/** Jaccard's similarity of two ascending sets: shared over all, 0 to 1; 0 where both are empty. */
export const jaccard = (a: Uint32Array, b: Uint32Array): number => {
  let [i, j, shared] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!];
    if (x === y) shared += 1;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 0 : shared / all;
};
