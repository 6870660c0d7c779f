import { createReadStream } from 'node:fs';
import { isNumeric } from './cells.ts';
import type { SourceFile } from './format.ts';
import type { IngestParams } from './params.ts';

/**
 * Whether DuckDB's reader of CSV takes the same cells for numbers as we do, and the same ones for missing, so that it may
 * be left to it, which is faster. It refuses more: what it cannot read is read again as text. But it takes `1_000` and
 * `+-1`, which are none; and texts for "missing" that are numbers themselves count with spaces around and without.
 */
export const readsNumbersAlike = async ({ path }: SourceFile, { missing, names }: IngestParams): Promise<boolean> => {
  if (/\.(gz|zst)$/.test(path) || missing.some(isNumeric)) return false;
  let inHeader = names === undefined;
  let last = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1024 ** 2 })) {
    const bytes = Buffer.concat([Buffer.of(last), piece as Buffer]);
    const from = inHeader ? bytes.indexOf('\n') : 0;
    last = bytes.at(-1) as number;
    if (from === -1) continue;
    if (hasOddNumber(bytes.subarray(from))) return false;
    inHeader = false;
  }
  return true;
};

/** A digit and an underscore, or two signs: in texts too, since fields are not told apart here. */
const hasOddNumber = (bytes: Buffer): boolean =>
  hasPair(bytes, underscore, { first: isDigit }) || hasPair(bytes, minus, { first: (byte) => byte === plus });

const hasPair = (bytes: Buffer, second: number, { first }: { first: (byte: number) => boolean }): boolean => {
  for (let at = bytes.indexOf(second, 1); at !== -1; at = bytes.indexOf(second, at + 1)) {
    if (first(bytes[at - 1] as number)) return true;
  }
  return false;
};

const underscore = 0x5f;
const plus = 0x2b;
const minus = 0x2d;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
