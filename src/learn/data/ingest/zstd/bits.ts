/** Bits of a piece of bytes in the order in which they are written, the lowest of each byte first. */
export class ForwardBits {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** @param count 16 at most. */
  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, this.#at += 1) {
      const byte = this.bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError('zstd: a table is cut off');
      value |= ((byte >> (this.#at & 7)) & 1) << bit;
    }
    return value;
  }

  back(count: number): void {
    this.#at -= count;
  }

  /** Whole bytes that were begun. */
  get bytesRead(): number {
    return (this.#at + 7) >> 3;
  }
}

/**
 * Bits of a piece of bytes from its end, as zstd writes what it reads backwards: below the highest bit of the last byte, which
 * only says where they begin. Beyond the first byte there are zeros; `left` is negative then.
 */
export class BackwardBits {
  /** Bits that were not read yet. */
  left: number;

  constructor(readonly bytes: Uint8Array) {
    const last = bytes.at(-1) ?? 0;
    if (last === 0) throw new RangeError('zstd: a stream of bits is damaged');
    this.left = 8 * bytes.length - 1 - Math.clz32(last) + 24;
  }

  /** @param count 24 at most. */
  peek(count: number): number {
    if (count === 0) return 0;
    const from = this.left - count;
    const byte = from >> 3;
    const { bytes } = this;
    const word =
      (bytes[byte] ?? 0) |
      ((bytes[byte + 1] ?? 0) << 8) |
      ((bytes[byte + 2] ?? 0) << 16) |
      ((bytes[byte + 3] ?? 0) << 24);
    return (word >>> (from & 7)) & ((1 << count) - 1);
  }

  /** @param count 32 at most. */
  read(count: number): number {
    if (count > 16) {
      const high = this.read(count - 16);
      return high * 0x10000 + this.read(16);
    }
    const value = this.peek(count);
    this.left -= count;
    return value;
  }
}
