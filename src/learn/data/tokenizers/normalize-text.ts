import { spaces } from './spaces.ts';

/**
 * What becomes of a text before it is cut into words.
 *
 * - `NFC`, `NFD`, `NFKC`, `NFKD`: Unicode's normal forms.
 * - `clean`: control characters, U+0000 and U+FFFD go, any white space becomes a space.
 * - `ideographs`: each of Chinese gets a space on both sides.
 * - `strip-accents`: decomposed (NFD), then without nonspacing marks; `strip-marks`: without any marks.
 * - `lowercase`: each character by itself, so that a final sigma is as any other; `strip`: no space at either end.
 *
 * The steps of BERT are clean, ideographs, strip-accents, lowercase.
 *
 * @see J. Devlin et al.: BERT, NAACL 2019.
 */
export type TextStep =
  | 'NFC'
  | 'NFD'
  | 'NFKC'
  | 'NFKD'
  | 'clean'
  | 'ideographs'
  | 'strip-accents'
  | 'strip-marks'
  | 'lowercase'
  | 'strip';

export const normalizeText = (text: string, steps: readonly TextStep[]): string =>
  steps.reduce((changed, step) => changes[step](changed), text);

const space = new RegExp(`[${spaces}]`, 'gu');
const ends = new RegExp(`^[${spaces}]+|[${spaces}]+$`, 'gu');
const control = /(?![\t\n\r])[\0\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
// The last but two begins where the implementations that people have trained with let it begin.
const ideograph =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

const changes: Readonly<Record<TextStep, (text: string) => string>> = {
  NFC: (text) => text.normalize('NFC'),
  NFD: (text) => text.normalize('NFD'),
  NFKC: (text) => text.normalize('NFKC'),
  NFKD: (text) => text.normalize('NFKD'),
  clean: (text) => text.replace(control, '').replace(space, ' '),
  ideographs: (text) => text.replace(ideograph, ' $& '),
  'strip-accents': (text) => text.normalize('NFD').replace(/\p{Mn}/gu, ''),
  'strip-marks': (text) => text.replace(/\p{M}/gu, ''),
  lowercase: (text) => Array.from(text, (character) => character.toLowerCase()).join(''),
  strip: (text) => text.replace(ends, ''),
};
