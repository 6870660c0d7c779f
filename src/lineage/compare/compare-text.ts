import { type Bytes, pieceLength } from './bytes.ts';
import { firstDifference } from './compare-bytes.ts';
import type { Pair, TextDifference } from './difference.ts';

/** Where two texts part, by line and column; undefined where they are the same. */
export const compareText = (pair: Pair<Bytes>): TextDifference | undefined => {
  const offset = firstDifference(pair);
  if (offset === undefined) return undefined;
  // Up to there both are the same.
  const before = lineBefore(pair.recorded, offset);
  const prefix = pair.recorded.read(before.start, offset);
  const whole = prefix.subarray(0, wholeLength(prefix));
  const [recorded, replayed] = [lineAt(pair.recorded, before.start), lineAt(pair.replayed, before.start)];
  return {
    kind: 'text',
    line: before.line,
    column: decode(whole).length + 1,
    ...(recorded !== undefined && { recorded }),
    ...(replayed !== undefined && { replayed }),
  };
};

/** Whether bytes are a text, by their beginning: UTF-8 without NUL. */
export const isText = (bytes: Bytes): boolean => {
  const start = bytes.read(0, Math.min(bytes.size, 1 << 16));
  if (start.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
};

/** The line on which an offset lies, and where it starts. */
const lineBefore = (bytes: Bytes, offset: number): { readonly line: number; readonly start: number } => {
  let [line, start] = [1, 0];
  for (let from = 0; from < offset; from += pieceLength) {
    const piece = bytes.read(from, Math.min(offset, from + pieceLength));
    for (let at = piece.indexOf(newLine); at !== -1; at = piece.indexOf(newLine, at + 1)) {
      line += 1;
      start = from + at + 1;
    }
  }
  return { line, start };
};

const newLine = 0x0a;

/** The line that starts at an offset, or as much of it as is worth showing. */
const lineAt = (bytes: Bytes, start: number): string | undefined => {
  if (start >= bytes.size) return undefined;
  const piece = bytes.read(start, Math.min(bytes.size, start + pieceLength));
  const end = piece.indexOf(newLine);
  return decode(end === -1 ? piece : piece.subarray(0, end));
};

const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Without the beginning of a character at its end. */
const wholeLength = (bytes: Uint8Array): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
};
