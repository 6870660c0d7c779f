import { crc32, inflateRawSync } from 'node:zlib';
import { StageError } from '../../error.ts';

/**
 * The files of a zip archive, by name, in its order: stored ones and deflated ones, each checked by its checksum.
 *
 * @param most bytes of all files together, unpacked: an archive can claim far more than any memory holds.
 * @throws StageError where the archive is damaged, encrypted, of 4 GiB or more, larger than `most`, or compressed in
 * another way.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (the format)
 */
export const readZip = (bytes: Buffer, name: string, most = Number.POSITIVE_INFINITY): ReadonlyMap<string, Buffer> => {
  const files = new Map<string, Buffer>();
  let left = most;
  try {
    const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    if (end < 0) throw new Error('it has no end of a central directory');
    let at = bytes.readUInt32LE(end + 16);
    for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
      const entry = entryAt(bytes, at);
      left -= entry.size;
      if (left < 0) throw new Error(`unpacked it has more than ${most} bytes`);
      files.set(entry.name, contentOf(bytes, entry));
      at = entry.next;
    }
  } catch (error) {
    throw new StageError(`${name} is no whole zip archive: ${(error as Error).message}`);
  }
  return files;
};

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header lies. */
  readonly local: number;
  /** Where the next entry lies. */
  readonly next: number;
}

const entryAt = (bytes: Buffer, at: number): Entry => {
  if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('its central directory is damaged');
  if ((bytes.readUInt16LE(at + 8) & 1) === 1) throw new Error('it is encrypted');
  const [packed, size, local] = [20, 24, 42].map((offset) => bytes.readUInt32LE(at + offset)) as [
    number,
    number,
    number,
  ];
  if (Math.max(packed, size, local) === 0xffffffff) throw new Error('it is of the kind for 4 GiB and more');
  const [names, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
    number,
    number,
    number,
  ];
  return {
    name: bytes.toString('utf8', at + 46, at + 46 + names),
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packed,
    size,
    local,
    next: at + 46 + names + extra + comment,
  };
};

const contentOf = (bytes: Buffer, { name, method, crc, packed, size, local }: Entry): Buffer => {
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (start + packed > bytes.length) throw new Error(`"${name}" is cut off`);
  const raw = bytes.subarray(start, start + packed);
  if (method !== 0 && method !== 8) throw new Error(`"${name}" is compressed in a way that is not known (${method})`);
  const content = method === 0 ? raw : inflateRawSync(raw, { maxOutputLength: Math.max(size, 1) });
  if (content.length !== size || crc32(content) !== crc) throw new Error(`"${name}" is damaged`);
  return content;
};
