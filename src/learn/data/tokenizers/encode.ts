import type { FittedTokenizer, SpecialPiece } from '../../../types/generated/fitted.ts';
import { bytesAsText } from './byte-alphabet.ts';
import { joinPairs } from './byte-pairs.ts';
import { normalizeText } from './normalize-text.ts';
import { spaces } from './spaces.ts';
import { splitWords } from './split-words.ts';
import { wordPieces } from './word-piece.ts';

/** The ids of a text's pieces, in order, without those that stand before and after each text. */
export type Encoder = (text: string) => readonly number[];

/** What a tokenizer does to texts. */
export const encoderOf = (tokenizer: FittedTokenizer): Encoder => {
  const { steps, split, prefix_space: prefixSpace } = tokenizer;
  const ids = idsOf(tokenizer);
  const idsOfWord = remembered(wordEncoderOf(tokenizer, ids));
  const plain = (text: string): readonly number[] => {
    const changed = normalizeText(text, steps);
    const spaced = prefixSpace && changed !== '' && !changed.startsWith(' ') ? ` ${changed}` : changed;
    return splitWords(spaced, split).flatMap(idsOfWord);
  };
  const parts = specialSplitter(tokenizer.special);
  return (text) => parts(text).flatMap((part) => (part.special ? [ids.get(part.text)!] : plain(part.text)));
};

/**
 * Writes a text's ids into a row: what stands before each text, its pieces, what stands after it, padding. Pieces are cut
 * off where there is no room for them.
 */
export const writeRow = (pieces: readonly number[], row: Int32Array, { before, after, pad }: FittedTokenizer): void => {
  const room = Math.max(0, row.length - before.length - after.length);
  const ids = [...before, ...pieces.slice(0, room), ...after].slice(0, row.length);
  row.fill(pad);
  row.set(ids);
};

const idsOf = ({ vocabulary }: FittedTokenizer): ReadonlyMap<string, number> =>
  new Map(vocabulary.map((piece, id) => [piece, id]));

const wordEncoderOf = (
  { model, merges, unknown, longest }: FittedTokenizer,
  ids: ReadonlyMap<string, number>,
): Encoder => {
  const none = unknown === null ? [] : [unknown];
  if (model === 'wordpiece') return (word) => wordPieces(word, ids, longest) ?? none;
  const ranks = new Map(merges.map((merge, rank) => [merge, rank]));
  return (word) =>
    joinPairs(bytesAsText(word), ranks).flatMap((piece) => {
      const id = ids.get(piece);
      return id === undefined ? none : [id];
    });
};

/** Most words of a text occur in others, too. */
const remembered = (encode: Encoder): Encoder => {
  const known = new Map<string, readonly number[]>();
  return (word) => {
    const found = known.get(word) ?? encode(word);
    if (known.size < 100_000) known.set(word, found);
    return found;
  };
};

interface Part {
  readonly text: string;
  readonly special: boolean;
}

const specialSplitter = (special: readonly SpecialPiece[]): ((text: string) => readonly Part[]) => {
  if (special.length === 0) return (text) => [{ text, special: false }];
  // Of two that begin at one place the longer one is meant.
  const byLength = [...special].sort((a, b) => b.piece.length - a.piece.length);
  const alternatives = byLength.map(({ piece, left, right }) => {
    const literal = piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return `${left ? `[${spaces}]*` : ''}(?<piece>${literal})${right ? `[${spaces}]*` : ''}`;
  });
  const patterns = new RegExp(
    alternatives.map((each, index) => each.replace('piece', `piece${index}`)).join('|'),
    'gu',
  );
  return (text) => {
    const parts: Part[] = [];
    let from = 0;
    for (const match of text.matchAll(patterns)) {
      if (match.index > from) parts.push({ text: text.slice(from, match.index), special: false });
      const piece = Object.values(match.groups ?? {}).find((each) => each !== undefined)!;
      parts.push({ text: piece, special: true });
      from = match.index + match[0].length;
    }
    if (from < text.length) parts.push({ text: text.slice(from), special: false });
    return parts;
  };
};
