import { Growing } from './growing.ts';

/**
 * Unpacks an LZ4 frame, as Arrow and Feather files have them.
 *
 * @throws RangeError where it is cut off, damaged (the header and what has a checksum are checked), or needs a dictionary.
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md (the formats)
 */
export const unpackLz4 = (frame: Uint8Array): Uint8Array => {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const { most, blockChecks, check, size, next } = headerOf(frame, view);
  let at = next;
  // Blocks may refer to what earlier ones have become, so that all go into one piece of memory.
  const out = new Growing(size ?? most);
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const length = word & 0x7fffffff;
    if (at + length > frame.length) throw new RangeError('LZ4: a block is cut off');
    const block = frame.subarray(at, at + length);
    if (length !== word) out.append(block);
    else unpackBlock(block, out, most);
    at += length;
    if (blockChecks) {
      if (view.getUint32(at, true) !== xxh32(block)) throw new RangeError('LZ4: a block has another checksum');
      at += 4;
    }
  }
  const whole = out.whole();
  if (check && view.getUint32(at, true) !== xxh32(whole)) throw new RangeError('LZ4: the frame has another checksum');
  if (size !== null && whole.length !== size) throw new RangeError('LZ4: the frame has another size than it says');
  return whole;
};

interface Header {
  /** Bytes that a block can become. */
  readonly most: number;
  readonly blockChecks: boolean;
  /** A checksum of everything follows the last block. */
  readonly check: boolean;
  /** Bytes of everything; null where it is not said. */
  readonly size: number | null;
  /** Where the first block begins. */
  readonly next: number;
}

const headerOf = (frame: Uint8Array, view: DataView): Header => {
  if (frame.length < 7 || view.getUint32(0, true) !== 0x184d2204) throw new RangeError('LZ4: no frame begins so');
  const flags = view.getUint8(4);
  if (flags >> 6 !== 1) throw new RangeError('LZ4: a frame of another version');
  if ((flags & 1) === 1) throw new RangeError('LZ4: a frame with a dictionary');
  const hasSize = (flags & 8) !== 0;
  const sizeClass = (view.getUint8(5) >> 4) & 7;
  if (sizeClass < 4) throw new RangeError('LZ4: the header is damaged');
  const end = hasSize ? 14 : 6;
  const size = hasSize ? Number(view.getBigUint64(6, true)) : null;
  if (((xxh32(frame.subarray(4, end)) >>> 8) & 0xff) !== view.getUint8(end))
    throw new RangeError('LZ4: the header has another checksum');
  // What is claimed is not yet there: no byte of a frame stands for more than 255.
  if (size !== null && size > 255 * frame.length) throw new RangeError('LZ4: the header claims too much');
  return {
    most: 1 << (8 + 2 * sizeClass),
    blockChecks: (flags & 16) !== 0,
    check: (flags & 4) !== 0,
    size,
    next: end + 1,
  };
};

/** A block is a row of sequences: literals, then a match, which is what stands so far before; the last has no match. */
const unpackBlock = (block: Uint8Array, out: Growing, most: number): void => {
  out.reserve(most);
  const end = out.length + most;
  let at = 0;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (let byte = 255; byte === 255; ) {
      byte = byteAt(block, at++);
      length += byte;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++] as number;
    const literals = lengthFrom(token >> 4);
    if (at + literals > block.length || out.length + literals > end) throw new RangeError('LZ4: a block is damaged');
    out.append(block.subarray(at, at + literals));
    at += literals;
    if (at === block.length) break;
    const offset = byteAt(block, at) | (byteAt(block, at + 1) << 8);
    at += 2;
    const length = lengthFrom(token & 15) + 4;
    if (offset === 0 || offset > out.length || out.length + length > end)
      throw new RangeError('LZ4: a block is damaged');
    out.repeat(offset, length);
  }
};

const byteAt = (block: Uint8Array, at: number): number => {
  const byte = block[at];
  if (byte === undefined) throw new RangeError('LZ4: a block is cut off');
  return byte;
};

/**
 * xxHash of 32 bits with the seed 0.
 *
 * @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export const xxh32 = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash: number = prime[5];
  if (bytes.length >= 16) {
    const lanes = [prime[1] + prime[2], prime[2], 0, -prime[1]];
    for (; at + 16 <= bytes.length; at += 16) {
      for (let lane = 0; lane < 4; lane += 1) {
        const sum = (lanes[lane] as number) + Math.imul(view.getUint32(at + 4 * lane, true), prime[2]);
        lanes[lane] = Math.imul(turned(sum, 13), prime[1]);
      }
    }
    const [a, b, c, d] = lanes as [number, number, number, number];
    hash = turned(a, 1) + turned(b, 7) + turned(c, 12) + turned(d, 18);
  }
  hash = (hash + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4)
    hash = Math.imul(turned(hash + Math.imul(view.getUint32(at, true), prime[3]), 17), prime[4]);
  for (; at < bytes.length; at += 1)
    hash = Math.imul(turned(hash + Math.imul(view.getUint8(at), prime[5]), 11), prime[1]);
  hash = Math.imul(hash ^ (hash >>> 15), prime[2]);
  hash = Math.imul(hash ^ (hash >>> 13), prime[3]);
  return (hash ^ (hash >>> 16)) >>> 0;
};

const prime = { 1: 0x9e3779b1, 2: 0x85ebca77, 3: 0xc2b2ae3d, 4: 0x27d4eb2f, 5: 0x165667b1 } as const;

/** Rotated to the left, as 32 bits. */
const turned = (value: number, by: number): number => (value << by) | ((value | 0) >>> (32 - by));
