import { stripVTControlCharacters } from 'node:util';

/**
 * Text on lines of a limited width. Widths are in terminal cells: a Chinese character or an emoji takes two,
 * a combining mark none. Text that comes from stages passes `oneLine` or `printable` first, so that nothing a
 * stage prints can move the cursor or change colours of ours.
 */

/** Cells that `text` takes; it must hold no control characters except colours of ours. */
export const widthOf = (text: string): number => {
  const shown = text.includes('\x1b') ? stripVTControlCharacters(text) : text;
  if (narrow.test(shown)) return shown.length;
  let width = 0;
  for (const { segment } of segmentsOf(shown)) width += widthOfSegment(segment);
  return width;
};

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** `text` in at most `width` cells, with `…` where something was cut off at its end. It must hold no colours. */
export const clip = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  let used = 1;
  for (const { segment } of segmentsOf(text)) {
    used += widthOfSegment(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
};

/** `text` broken between words into lines of at most `width` cells; a word that is longer is broken itself. */
export const wrap = (text: string, width: number): readonly string[] => {
  if (width === Number.POSITIVE_INFINITY || widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => breakWord(each, width))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(joined) > width) {
      lines.push(line);
      line = word;
    } else line = joined;
  }
  return [...lines, line];
};

/** Text of a stage, as one line without control characters. */
export const oneLine = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text.trim() : printable(text).replace(/\s+/g, ' ').trim();

/** Text of a stage without colours, cursor movements and other control characters; tabs become spaces. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('\t', '    ')
    // Line ends stay; all other control characters, and those that reorder text, go.
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');

/** Characters of one cell each, as most text has them: Latin, Greek, Cyrillic, dashes, arrows, lines, Braille, marks. */
const narrow =
  /^[\x20-\x7e\u00a0-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2190-\u21ff\u2500-\u257f\u2713-\u2718\u2800-\u28ff]*$/;

/** What people see as one character each. Made when it is first needed, since that takes some milliseconds. */
const segmentsOf = (text: string): Iterable<Intl.SegmentData> => {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
};
let segmenter: Intl.Segmenter | undefined;

const widthOfSegment = (segment: string): number => {
  if (segment.length === 1 && segment >= ' ' && segment <= '~') return 1;
  if (/^\p{M}+$/u.test(segment) || segment === '\u200b' || segment === '\ufeff') return 0;
  return wide.test(segment) ? 2 : 1;
};

/** East Asian Wide and Fullwidth (Unicode Standard Annex 11), without its rarest blocks, and emoji. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^[\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}|^\p{Emoji}\ufe0f/u;

const breakWord = (word: string, width: number): readonly string[] => {
  // A coloured word is one of ours and short: it is not taken apart, nor is its colour.
  if (widthOf(word) <= width || word.includes('\x1b')) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of segmentsOf(word)) {
    if (piece !== '' && widthOf(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
};
