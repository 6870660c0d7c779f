import { crc32 } from 'node:zlib';

// As wandb reads its log: the frames, each with its checksum, and protobuf's fields below them.

/** The records of a log. Throws where a header or a checksum is not as it has to be. */
export const recordsIn = (log: Buffer): Buffer[] => {
  if (log.subarray(0, 7).toString('hex') !== '3a572642e1be00') throw new Error('no log of wandb');
  const records: Buffer[] = [];
  let pieces: Buffer[] = [];
  for (let at = 7; at < log.length; ) {
    const left = block - (at % block);
    if (left < head) {
      at += left;
      continue;
    }
    const length = log.readUInt16LE(at + 4);
    const kind = log[at + 6]!;
    if (length > left - head) throw new Error(`the piece at ${at} goes over the end of its block`);
    if (log.readUInt32LE(at) !== crc32(log.subarray(at + 6, at + head + length))) throw new Error(`checksum at ${at}`);
    if ((kind === full || kind === first) !== (pieces.length === 0)) throw new Error(`kind ${kind} at ${at}`);
    pieces.push(log.subarray(at + head, at + head + length));
    at += head + length;
    if (kind !== full && kind !== last) continue;
    records.push(Buffer.concat(pieces));
    pieces = [];
  }
  if (pieces.length > 0) throw new Error('the last record is not whole');
  return records;
};

const block = 32_768;
const head = 7;
const [full, first, last] = [1, 2, 4];
