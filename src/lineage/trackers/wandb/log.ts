import { crc32 } from 'node:zlib';

/**
 * A transaction log of Weights & Biases: LevelDB's log format with a header of seven bytes (`:W&B`, a magic number, the
 * version 0) and the plain CRC-32 of zlib over kind and data. Blocks of 32 KiB, counted from the start of the file; a
 * record that does not fit is cut into pieces.
 *
 * @see https://github.com/google/leveldb/blob/main/doc/log_format.md
 */
export const logOf = (records: readonly Uint8Array[]): Buffer => {
  const parts: Buffer[] = [header];
  let at = header.length;
  const add = (bytes: Buffer) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const record of records) {
    let from = 0;
    let isFirst = true;
    do {
      const left = block - (at % block);
      // No piece begins where its head would not fit.
      if (left < head) add(Buffer.alloc(left));
      const to = Math.min(record.length, from + block - (at % block) - head);
      add(piece(kindOf(isFirst, to === record.length), record.subarray(from, to)));
      from = to;
      // At the very end of a block the first piece is empty.
      isFirst = false;
    } while (from < record.length);
  }
  return Buffer.concat(parts);
};

const header = Buffer.from([...Buffer.from(':W&B'), 0xe1, 0xbe, 0]);
const block = 32_768;
const head = 7;

const kindOf = (isFirst: boolean, isLast: boolean): number =>
  isFirst ? (isLast ? kinds.full : kinds.first) : isLast ? kinds.last : kinds.middle;

const kinds = { full: 1, first: 2, middle: 3, last: 4 };

/** Checksum, length and kind, then the data. */
const piece = (kind: number, data: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(head + data.length);
  bytes.writeUInt16LE(data.length, 4);
  bytes[6] = kind;
  bytes.set(data, head);
  bytes.writeUInt32LE(crc32(bytes.subarray(6)), 0);
  return bytes;
};
