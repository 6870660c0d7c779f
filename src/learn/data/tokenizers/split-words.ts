import { spaces } from './spaces.ts';

/**
 * How a text is cut into words, of which each is cut into pieces by itself.
 *
 * - `bert`: at white space, which goes, and around each punctuation mark.
 * - `gpt-2`: into runs of letters, of digits, of other characters, and of white space; a space before a run belongs to it.
 */
export type WordSplit = 'bert' | 'gpt-2';

/** The words of a text, in order. */
export const splitWords = (text: string, split: WordSplit): readonly string[] => text.match(patterns[split]) ?? [];

/** ASCII's symbols count as punctuation, though `$` and `+` are none for Unicode. */
const punctuation = '!-\\/:-@\\[-`\\{-~\\p{P}';

const patterns: Readonly<Record<WordSplit, RegExp>> = {
  bert: new RegExp(`[${punctuation}]|[^${spaces}${punctuation}]+`, 'gu'),
  'gpt-2': new RegExp(
    "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| " +
      `?[^${spaces}\\p{L}\\p{N}]+|[${spaces}]+(?![^${spaces}])|[${spaces}]+`,
    'gu',
  ),
};
