import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes that are read piece by piece, so that files of any size are compared in little memory. */
export interface Bytes {
  readonly size: number;
  /** Fewer where they end before. */
  read(from: number, to: number): Uint8Array;
}

/** Lends the bytes of files to `work`, and closes them after it. */
export const withFiles = <Value>(files: readonly string[], work: (...bytes: Bytes[]) => Value): Value => {
  const handles: number[] = [];
  try {
    for (const file of files) handles.push(openSync(file, 'r'));
    return work(...handles.map(bytesOfFile));
  } finally {
    for (const handle of handles) closeSync(handle);
  }
};

export const bytesOf = (data: Uint8Array): Bytes => ({
  size: data.length,
  read: (from, to) => data.slice(from, to),
});

/** Several one after the other, as the shards of a model's weights. */
export const concatBytes = (parts: readonly Bytes[]): Bytes => ({
  size: parts.reduce((sum, { size }) => sum + size, 0),
  read: (from, to) => {
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const part of parts) {
      const [start, end] = [Math.max(from - at, 0), Math.min(to - at, part.size)];
      if (start < end) pieces.push(part.read(start, end));
      at += part.size;
    }
    // Of its own, since elements are looked at in place and have to lie right for it.
    return new Uint8Array(Buffer.concat(pieces));
  },
});

/** All of it, as text. */
export const textOf = (bytes: Bytes): string => Buffer.from(bytes.read(0, bytes.size)).toString('utf8');

/** How many bytes are held at once. */
export const pieceLength = 1 << 20;

const bytesOfFile = (handle: number): Bytes => ({
  size: fstatSync(handle).size,
  read: (from, to) => {
    const piece = new Uint8Array(Math.max(0, to - from));
    let filled = 0;
    for (let got = -1; got !== 0 && filled < piece.length; filled += got)
      got = readSync(handle, piece, filled, piece.length - filled, from + filled);
    return filled === piece.length ? piece : piece.slice(0, filled);
  },
});
