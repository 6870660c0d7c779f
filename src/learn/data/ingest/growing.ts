/** Bytes that become more. What is unpacked goes here, since it repeats what was unpacked before. */
export class Growing {
  bytes: Uint8Array;
  length = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  /** Makes room, so that `bytes` stays the same while so many are added. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  append(piece: Uint8Array): void {
    this.reserve(piece.length);
    this.bytes.set(piece, this.length);
    this.length += piece.length;
  }

  /** Adds again what begins so many bytes before the end, which may be what this very call adds. */
  repeat(offset: number, length: number): void {
    this.reserve(length);
    const { bytes, length: to } = this;
    if (offset >= length) bytes.copyWithin(to, to - offset, to - offset + length);
    else for (let index = 0; index < length; index += 1) bytes[to + index] = bytes[to + index - offset] as number;
    this.length += length;
  }

  /** All of them, in memory of their own. */
  whole(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}
