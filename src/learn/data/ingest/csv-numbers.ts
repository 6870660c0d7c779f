import { createReadStream } from 'node:fs';
import { isNumeric } from './cells.ts';
import type { SourceFile } from './format.ts';
import type { IngestParams } from './params.ts';

/**
 * Whether DuckDB's reader of CSV takes the same cells for numbers as we do, and the same ones for missing, so that it may
 * be left to it, which is faster. It refuses more: what it cannot read is read again as text. But it takes `1_000` and
 * `+-1`, which are none, and `0012`, which would not be kept; and texts for "missing" that are numbers themselves count
 * with spaces around and without.
 */
export const readsNumbersAlike = async ({ path }: SourceFile, { missing, names }: IngestParams): Promise<boolean> => {
  if (/\.(gz|zst)$/.test(path) || missing.some(isNumeric)) return false;
  let inHeader = names === undefined;
  let last: Buffer = Buffer.from('\n\n\n');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 ** 2 })) {
    const bytes = Buffer.concat([last, piece as Buffer]);
    last = bytes.subarray(-reach);
    const from = inHeader ? bytes.indexOf('\n', reach) : reach;
    if (from === -1) continue;
    if (hasOddNumber(bytes, from)) return false;
    inHeader = false;
  }
  return true;
};

/** How many bytes before one decide whether it makes a number odd. */
const reach = 3;

/**
 * A digit and an underscore, two signs, or a zero before a digit where a field can begin: in texts too, since fields are not
 * told apart here.
 */
const hasOddNumber = (bytes: Buffer, from: number): boolean => {
  let before = bytes[from - 1] as number;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (before === zero && isDigit(byte) && beginsField(bytes, at - 1)) return true;
    if (byte === underscore && isDigit(before)) return true;
    if (byte === minus && before === plus) return true;
    before = byte;
  }
  return false;
};

/** Whether a number could begin at a place, perhaps with the sign before it. */
const beginsField = (bytes: Buffer, at: number): boolean => {
  const before = bytes[at - 1] as number;
  const isSign = before === plus || before === minus;
  return edges.has(isSign ? (bytes[at - 2] as number) : before);
};

const edges: ReadonlySet<number> = new Set(Buffer.from('\n\r\t ",;|'));
const underscore = 0x5f;
const zero = 0x30;
const plus = 0x2b;
const minus = 0x2d;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
