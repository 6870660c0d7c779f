import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unpackLz4, xxh32 } from '../../../../src/learn/data/ingest/lz4.ts';
import { unpackZstd } from '../../../../src/learn/data/ingest/zstd.ts';
// What Arrow's C++ library packed; packed.py beside it made them.
import golden from './packed.json' with { type: 'json' };

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const from = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const piece = (name: string) => golden.pieces.find((each) => each.name === name)!;

describe('what is packed', () => {
  it.each(golden.pieces)('by LZ4 and Zstandard is unpacked: $name', ({ bytes, sha256: digest, ...packed }) => {
    for (const [codec, unpack] of [['lz4', unpackLz4], ['zstd', unpackZstd], ['zstd-19', unpackZstd]] as const) {
      const found = unpack(from(packed[codec]));
      expect({ codec, bytes: found.length, digest: sha256(found) }).toEqual({ codec, bytes, digest });
    } // biome-ignore format: a codec each
  });

  it('and cut off is refused, wherever the cut is', () => {
    const { lz4, 'zstd-19': zstd } = piece('words');
    for (const [unpack, bytes] of [[unpackLz4, from(lz4)], [unpackZstd, from(zstd)]] as const) {
      for (let length = 1; length < bytes.length; length += 1)
        expect(() => unpack(bytes.subarray(0, length)), `${length} bytes`).toThrow(RangeError);
    } // biome-ignore format: a codec each
  });

  it('and damaged never does worse than to be refused', { timeout: 60_000 }, () => {
    const { lz4, zstd } = piece('skewed');
    for (const [unpack, whole] of [[unpackLz4, from(lz4)], [unpackZstd, from(zstd)]] as const) {
      let refused = 0;
      for (let at = 0; at < whole.length; at += 1) {
        const bytes = whole.slice();
        bytes[at]! ^= 1 << (at % 8);
        try {
          unpack(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          refused += 1;
        }
      }
      expect(refused).toBeGreaterThan(0);
    } // biome-ignore format: a codec each
  });
});

describe('an LZ4 frame', () => {
  /** The frame with a checksum of everything behind it. */
  const checked = (frame: Uint8Array, whole: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array([...frame, 0, 0, 0, 0]);
    bytes[4]! |= 4;
    const header = (bytes[4]! & 8) === 0 ? 6 : 14;
    bytes[header] = (xxh32(bytes.subarray(4, header)) >>> 8) & 0xff;
    new DataView(bytes.buffer).setUint32(frame.length, xxh32(whole), true);
    return bytes;
  };

  it('has checksums by xxHash of 32 bits', () => {
    // Of the specification's own tests, and of python-xxhash's documentation.
    expect(xxh32(new Uint8Array(0)).toString(16)).toBe('2cc5d05');
    expect(xxh32(Buffer.from('Nobody inspects the spammish repetition')).toString(16)).toBe('e2293b2f');
  });

  it('is held against its checksum where it has one', () => {
    const frame = from(piece('words').lz4);
    const whole = unpackLz4(frame);
    const bytes = checked(frame, whole);
    expect(sha256(unpackLz4(bytes))).toBe(piece('words').sha256);
    bytes[bytes.length - 1]! ^= 1;
    expect(() => unpackLz4(bytes)).toThrow('LZ4: the frame has another checksum');
  });

  it('with a damaged header is refused', () => {
    const bytes = from(piece('words').lz4);
    bytes[5]! ^= 16;
    expect(() => unpackLz4(bytes)).toThrow('LZ4: the header has another checksum');
  });
});

describe('Zstandard', () => {
  it('may have several frames, and what others put between them', () => {
    const [words, skewed] = [from(piece('words').zstd), from(piece('skewed').zstd)];
    const skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    const found = unpackZstd(new Uint8Array([...words, ...skipped, ...skewed]));
    expect(found.length).toBe(piece('words').bytes + piece('skewed').bytes);
    expect(sha256(found.slice(0, piece('words').bytes))).toBe(piece('words').sha256);
    expect(sha256(found.slice(piece('words').bytes))).toBe(piece('skewed').sha256);
  });

  it('with a dictionary is refused', () => {
    const bytes = from(piece('words').zstd);
    bytes[4]! |= 1;
    expect(() => unpackZstd(bytes)).toThrow(RangeError);
  });
});
