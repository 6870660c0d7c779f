import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { StageError } from '../error.ts';

/** An array as an IDX file holds it; only unsigned bytes, which all sets in use have. */
export interface IdxArray {
  /** [60000] for labels, [60000, 28, 28] for images. */
  readonly shape: readonly number[];
  /** As many bytes as the product of the shape. */
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file, compressed with gzip where its name ends in `.gz`.
 *
 * @param dimensions how many the array must have: 1 for labels, 3 for images.
 * @throws StageError where it is cut off, too long, or something else.
 * @see http://yann.lecun.com/exdb/mnist/ (the format: two zeros, the type, the number of dimensions,
 *   each dimension as a big-endian 32-bit integer, the elements)
 */
export const readIdx = async (path: string, dimensions: number): Promise<IdxArray> => {
  const bytes = await readBytes(path);
  const file = basename(path);
  const headerBytes = 4 + 4 * dimensions;
  if (bytes.length >= 4) checkMagic(bytes, { file, dimensions });
  if (bytes.length < headerBytes) throw new StageError(`${file} is cut off within its header: ${bytes.length} bytes`);
  const shape = Array.from({ length: dimensions }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const expected = shape.reduce((product, size) => product * size, 1);
  const found = bytes.length - headerBytes;
  if (found !== expected) {
    const what = found < expected ? 'is cut off' : 'is too long';
    throw new StageError(`${file} ${what}: its header says ${shape.join(' × ')} bytes, and ${found} follow it`);
  }
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + headerBytes, found) };
};

const readBytes = async (path: string): Promise<Buffer> => {
  const bytes = await readFile(path);
  if (!path.endsWith('.gz')) return bytes;
  return inflate(bytes).catch((error: Error) => {
    throw new StageError(`${basename(path)} is damaged: gzip says "${error.message}"`);
  });
};

const inflate: (bytes: Buffer) => Promise<Buffer> = promisify(gunzip);

const checkMagic = (bytes: Buffer, { file, dimensions }: { file: string; dimensions: number }): void => {
  const magic = bytes.readUInt32BE(0);
  const expected = unsignedBytes + dimensions;
  if (magic === expected) return;
  const shown = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  throw new StageError(
    `${file} is no IDX file of unsigned bytes with ${dimensions} dimensions: it begins with ${shown(magic)}, not ${shown(expected)}`,
  );
};

/** The third byte of the magic number: elements are unsigned bytes. */
const unsignedBytes = 0x0800;
