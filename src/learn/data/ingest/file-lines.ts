import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { StageError } from '../../error.ts';
import type { SourceFile } from './format.ts';

/**
 * The bytes of a file, unpacked where its name ends in .gz or .zst.
 *
 * @throws StageError where the file cannot be read or unpacked.
 */
export async function* bytesOf({ name, path }: SourceFile): AsyncGenerator<Buffer> {
  try {
    yield* unpacked(path);
  } catch (error) {
    throw new StageError(`${name} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Unpacks a file whose name ends in .gz to its end. DuckDB takes one that was cut off for a whole one, and its last row
 * too, where the cut goes through its last field.
 *
 * @throws StageError where it is cut off, or its bytes are not those of its checksum.
 */
export const refuseDamagedGzip = async (file: SourceFile): Promise<void> => {
  if (!file.path.endsWith('.gz')) return;
  for await (const _ of bytesOf(file));
};

const unpacked = (path: string): AsyncIterable<Buffer> => {
  const packed = createReadStream(path);
  // What goes wrong is thrown where the bytes are read.
  if (path.endsWith('.gz')) return pipeline(packed, createGunzip({ chunkSize: 2 ** 20 }), () => {});
  return path.endsWith('.zst') ? unpackedZstd(packed) : packed;
};

/** Node 20 has no zstd of its own. */
async function* unpackedZstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces: Buffer[] = [];
  // What is handed on is written over by the next block.
  const stream = new Decompress((piece) => void pieces.push(Buffer.from(piece)));
  for await (const piece of packed) {
    stream.push(piece);
    yield* pieces.splice(0);
  }
  // Throws where a frame is cut off.
  stream.push(new Uint8Array(0), true);
}

/**
 * The line of a file on which a record begins, counted from 1 as editors do: the line ends within quotes count, and so do
 * blank lines. Lines end in LF or CRLF, or, where there is no LF before the record, in CR. Reads the file up to there: for
 * messages alone.
 *
 * @param at bytes before the record, in the unpacked file; the ends of the lines before it may stand between.
 */
export const lineOfRecord = async (file: SourceFile, at: number): Promise<number> => {
  let before = 0;
  const ends = { lf: 0, cr: 0 };
  for await (const piece of bytesOf(file)) {
    const end = endOfBlank(piece, Math.max(0, at - before));
    for (let index = 0; index < end; index += 1) {
      if (piece[index] === lf) ends.lf += 1;
      else if (piece[index] === cr) ends.cr += 1;
    }
    if (end < piece.length) break;
    before += piece.length;
  }
  return 1 + (ends.lf || ends.cr);
};

/** Where the line ends at a place end. */
const endOfBlank = (piece: Buffer, from: number): number => {
  let end = Math.min(from, piece.length);
  while (piece[end] === lf || piece[end] === cr) end += 1;
  return end;
};

/**
 * The line of a file on which a record of it begins, where blank lines are no records and each other line is one.
 *
 * @param record counted from 1, as the line is.
 */
export const lineOfNth = async (file: SourceFile, record: number): Promise<number> => {
  let line = 1;
  let records = 0;
  let isBlank = true;
  for await (const piece of bytesOf(file))
    for (const byte of piece) {
      if (byte === lf) {
        line += 1;
        isBlank = true;
      } else if (isBlank && !isSpace(byte)) {
        isBlank = false;
        records += 1;
        if (records === record) return line;
      }
    }
  return line;
};

const lf = 10;
const cr = 13;

/** White space of ASCII. */
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
