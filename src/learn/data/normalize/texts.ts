import type { TensorColumn } from '../../../types/generated/dataset.ts';
import type { FittedText } from '../../../types/generated/fitted.ts';
import { dataOf, type Output } from '../fitted/output.ts';
import type { LabelData } from '../rows.ts';
import type { TensorData } from '../safetensors.ts';
import { bucketOf } from './categories.ts';

/**
 * The words of a text: runs of letters, digits and marks of Unicode, in order; or what stands between spaces.
 *
 * @param how.lower_case whether they are made lower case, by Unicode's rules for no language.
 */
export const wordsOf = (text: string, { lower_case: lowerCase, split }: Pick<FittedText, 'lower_case' | 'split'>): string[] => {
  const cased = lowerCase ? text.toLowerCase() : text;
  if (split === 'spaces') return cased.split(' ').filter((word) => word !== '');
  return cased.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}; // biome-ignore format: a line a parameter list

/** The tensor that comes of a text: ids of words (int32), or a weight for each word or bucket (float32). */
export const textOutput = (feature: FittedText, rows: number): Output => {
  const { name, method, size } = feature;
  const write = writers[method](feature, rows);
  return {
    way: 'tensor',
    column: tensorOf(feature),
    reads: name,
    compute: (columns) => {
      const texts = (dataOf(columns, name) as LabelData).values;
      const values = empty(method, texts.length * size);
      texts.forEach((text, row) => {
        write(wordsOf(text ?? '', feature), values.subarray(row * size, (row + 1) * size));
      });
      return { kind: 'tensor', shape: [size], values };
    },
  };
};

const tensorOf = ({ name, method, size, words }: FittedText): TensorColumn => ({
  name,
  kind: 'tensor',
  dtype: method === 'tokens' ? 'int32' : 'float32',
  shape: [size],
  ...(method === 'tokens' ? { vocabulary: words.length + firstWord } : {}),
});

const empty = (method: FittedText['method'], length: number): TensorData =>
  method === 'tokens' ? new Int32Array(length) : new Float32Array(length);

/** Writes a text's words into its row of zeros. */
type Writer = (words: readonly string[], row: TensorData) => void;

/** Ids below those of words. */
const unknownWord = 1;
const firstWord = 2;

const indicesOf = ({ words }: FittedText, from: number): ReadonlyMap<string, number> =>
  new Map(words.map(({ word }, index) => [word, index + from]));

const count = (words: readonly string[], row: TensorData, indexOf: (word: string) => number | undefined): void => {
  for (const word of words) {
    const index = indexOf(word);
    if (index !== undefined) row[index]! += 1;
  }
};

const writers: Readonly<Record<FittedText['method'], (feature: FittedText, rows: number) => Writer>> = {
  /** Cut to the length of the row, or padded with 0. */
  tokens: (feature) => {
    const ids = indicesOf(feature, firstWord);
    return (words, row) => {
      words.slice(0, row.length).forEach((word, at) => {
        row[at] = ids.get(word) ?? unknownWord;
      });
    };
  },
  bag: (feature) => {
    const indices = indicesOf(feature, 0);
    return (words, row) => count(words, row, (word) => indices.get(word));
  },
  /** count × (ln((1 + rows) / (1 + rows with the word)) + 1), then divided by the length of the row's vector. */
  'tf-idf': (feature, rows) => {
    const indices = indicesOf(feature, 0);
    const weights = feature.words.map((word) => Math.log((1 + rows) / (1 + word.rows)) + 1);
    return (words, row) => {
      count(words, row, (word) => indices.get(word));
      const weighted = Array.from(row, (value, index) => value * (weights[index] as number));
      const norm = Math.sqrt(weighted.reduce((sum, value) => sum + value * value, 0));
      if (norm > 0) row.set(weighted.map((value) => value / norm));
    };
  },
  'hashed-bag': ({ size }) => {
    const buckets = new Map<string, number>();
    return (words, row) =>
      count(words, row, (word) => {
        const bucket = buckets.get(word) ?? bucketOf(word, size);
        if (buckets.size < 100_000) buckets.set(word, bucket);
        return bucket;
      });
  },
};
