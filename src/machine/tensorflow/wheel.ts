import { createWriteStream } from 'node:fs';
import { chmod, type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { isInnerPath } from '../../load/probe.ts';
import { InstallProblem } from './problem.ts';

/** A file in a wheel. */
export interface Member {
  readonly path: string;
  readonly bytes: number;
  readonly packed: number;
  readonly crc: number;
  /** 0: as it is; 8: deflated. */
  readonly method: number;
  /** Where its local header begins. */
  readonly offset: number;
  readonly executable: boolean;
}

/** A Python wheel, which is a ZIP archive (PEP 427). */
export interface Wheel {
  readonly members: readonly Member[];
  /** Writes one file to `target`, and checks it against the archive's own checksum. */
  readonly extract: (member: Member, target: string, options: ExtractOptions) => Promise<void>;
  readonly text: (member: Member) => Promise<string>;
}

export interface ExtractOptions {
  readonly signal: AbortSignal;
  /** Called with the size of each piece that was unpacked. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Opens a wheel for as long as `work` takes. Its files are found through the directory at its end (PKWARE's
 * APPNOTE.TXT, 4.3; without ZIP64: no index takes a wheel of 4 GB).
 *
 * @throws InstallProblem where the file is no archive, is cut off, or its content is not what its checksums say.
 */
export const withWheel = async <Value>(file: string, work: (wheel: Wheel) => Promise<Value>): Promise<Value> => {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const end = await endRecord(handle, size, file);
    const directory = await read(handle, end.offset, end.bytes);
    if (directory.length < end.bytes) throw damaged(file);
    const archive = { handle, file };
    return await work({
      members: [...membersIn(directory, file)],
      extract: async (member, target, { signal, onBytes }) => {
        await mkdir(dirname(target), { recursive: true });
        const write = (chunks: Chunks) => pipeline(counted(chunks, onBytes), createWriteStream(target), { signal });
        await unpack(archive, member, write);
        if (member.executable) await chmod(target, 0o755);
      },
      text: async (member) => {
        const parts: Buffer[] = [];
        await unpack(archive, member, async (chunks) => {
          for await (const chunk of chunks) parts.push(chunk);
        });
        return Buffer.concat(parts).toString('utf8');
      },
    });
  } finally {
    await handle.close();
  }
};

/** Where a member goes below a folder; never out of it. */
export const placeOf = (folder: string, path: string): string => {
  if (!isInnerPath(path)) throw new InstallProblem(`the wheel holds "${path}", which leads out of its folder`);
  return join(folder, path);
};

interface Archive {
  readonly handle: FileHandle;
  readonly file: string;
}

type Chunks = AsyncIterable<Buffer>;

async function* counted(chunks: Chunks, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

const unpack = async (archive: Archive, member: Member, take: (chunks: Chunks) => Promise<void>): Promise<void> => {
  const { file } = archive;
  const { path, method, bytes, crc } = member;
  if (method !== 0 && method !== 8) throw damaged(file, path);
  const seen = { crc: 0, bytes: 0 };
  const check = new Transform({
    transform: (chunk: Buffer, _, done) => {
      seen.crc = crc32(chunk, seen.crc);
      seen.bytes += chunk.length;
      // Whatever a few bytes unpack to, no more is written than the directory promises.
      if (seen.bytes > bytes) done(damaged(file, path));
      else done(null, chunk);
    },
  });
  const inflate = method === 8 ? [createInflateRaw()] : [];
  const checked = pipeline([Readable.from(packedOf(archive, member)), ...inflate, check]);
  try {
    await Promise.all([checked, take(check)]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw damaged(file, path);
    throw error;
  }
  if (seen.crc !== crc || seen.bytes !== bytes) throw damaged(file, path);
};

async function* packedOf(archive: Archive, member: Member): AsyncGenerator<Buffer> {
  const { handle, file } = archive;
  const header = await read(handle, member.offset, localHeader);
  if (header.length < localHeader || header.readUInt32LE(0) !== 0x04034b50) throw damaged(file, member.path);
  // The name and the extra field have another length here than in the directory.
  let at = member.offset + localHeader + header.readUInt16LE(26) + header.readUInt16LE(28);
  for (let left = member.packed; left > 0; ) {
    const chunk = await read(handle, at, Math.min(left, chunkBytes));
    if (chunk.length === 0) throw damaged(file, member.path);
    yield chunk;
    at += chunk.length;
    left -= chunk.length;
  }
}

const chunkBytes = 1 << 20;
const localHeader = 30;
const endHeader = 22;

const endRecord = async (
  handle: FileHandle,
  size: number,
  file: string,
): Promise<{ offset: number; bytes: number }> => {
  // A comment of up to 64 KiB may follow it.
  const length = Math.min(size, endHeader + 0xffff);
  const tail = await read(handle, size - length, length);
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at === -1 || at + endHeader > tail.length) throw damaged(file);
  const found = { bytes: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  if (found.offset + found.bytes > size) throw damaged(file);
  return found;
};

function* membersIn(directory: Buffer, file: string): Generator<Member> {
  for (let at = 0; at < directory.length; ) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) throw damaged(file);
    const name = directory.readUInt16LE(at + 28);
    yield {
      path: directory.toString('utf8', at + 46, at + 46 + name),
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      // The upper half of the external attributes is the mode, where the archive was made on a POSIX system.
      executable: ((directory.readUInt32LE(at + 38) >>> 16) & 0o100) !== 0,
      offset: directory.readUInt32LE(at + 42),
    };
    at += 46 + name + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
}

const read = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
};

const damaged = (file: string, path?: string): InstallProblem =>
  new InstallProblem(
    `the wheel ${file} is damaged${path === undefined ? ' or cut off' : `: ${path}`}`,
    'remove it, and get it again',
  );
