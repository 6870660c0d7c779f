/** What a quick look at a JSON text tells that `JSON.parse` does not. */
export interface JsonScan {
  /** How many keys its objects have, those that repeat another counted too. */
  readonly keys: number;
  /** Offset of the first bracket that opens a level below `deepest`, if there is one. */
  readonly tooDeepAt: number | undefined;
}

/** How deep arrays and objects may stand in one another: what works on them may call itself for each level. */
export const deepest = 100;

/** Reads a text from end to end, once. It means something only for valid JSON, and ends for any text. */
export const scanJson = (text: string): JsonScan => {
  let keys = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
      if (isKey(text, at + 1)) keys += 1;
    } else if (code === openBrace || code === openBracket) {
      depth += 1;
      if (depth > deepest) return { keys, tooDeepAt: at };
    } else if (code === closeBrace || code === closeBracket) depth -= 1;
  }
  return { keys, tooDeepAt: undefined };
};

const [quote, backslash, colon, space] = [0x22, 0x5c, 0x3a, 0x20];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Offset of the quote that closes the string that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
};

const isKey = (text: string, from: number): boolean => {
  let at = from;
  while (text.charCodeAt(at) <= space) at += 1;
  return text.charCodeAt(at) === colon;
};
