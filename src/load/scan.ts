import type { Json, JsonObject } from '../types/json.ts';

/** How deep arrays and objects may stand in one another: what works on them may call itself for each level. */
export const deepest = 100;

/**
 * Whether a value says all that its text does: no key stands twice in the text, no number was too large to be read, no
 * string has half a character, and it is not nested too deeply. Costs about as much as `JSON.parse` did.
 */
export const isSound = (text: string, value: Json): boolean =>
  !mayHaveHalves(text) && keysInValue(value, deepest) === keysInText(text);

/** Bytes of UTF-8 hold none; an escape can. */
const mayHaveHalves = (text: string): boolean => text.includes('\\u') && /\\u[dD][89a-fA-F]/.test(text);

/** How many keys the objects of a value have together; NaN where something else is wrong with it. */
const keysInValue = (value: Json, levels: number): number => {
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (levels === 0) return Number.NaN;
  let keys = 0;
  if (Array.isArray(value)) for (const item of value) keys += keysInValue(item as Json, levels - 1);
  else for (const key in value) keys += 1 + keysInValue((value as JsonObject)[key]!, levels - 1);
  return keys;
};

/** How many keys stand in a JSON text. Goes from quote to quote, which is much faster than from character to character. */
const keysInText = (text: string): number => {
  let keys = 0;
  for (let start = text.indexOf('"'); start !== -1; ) {
    const end = endOfString(text, start);
    if (isKey(text, end + 1)) keys += 1;
    start = text.indexOf('"', end + 1);
  }
  return keys;
};

const [backslash, colon, space] = [0x5c, 0x3a, 0x20];

/** Offset of the quote that closes the string that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
};

const isEscaped = (text: string, quote: number): boolean => {
  let before = quote - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
  return (quote - before) % 2 === 0;
};

const isKey = (text: string, from: number): boolean => {
  let at = from;
  while (text.charCodeAt(at) <= space) at += 1;
  return text.charCodeAt(at) === colon;
};
