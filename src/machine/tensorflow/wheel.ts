import { createWriteStream } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { isInnerPath } from '../../load/probe.ts';
import { InstallProblem } from './problem.ts';

/** A file in a wheel. */
export interface Member {
  readonly path: string;
  readonly bytes: number;
  readonly executable: boolean;
  readonly entry: Entry;
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
 * Opens a wheel for as long as `work` takes.
 *
 * @throws InstallProblem where the file is no archive, is cut off, or its content is not what its checksums say.
 */
export const withWheel = async <Value>(file: string, work: (wheel: Wheel) => Promise<Value>): Promise<Value> => {
  const archive = await ofArchive(file, () => openPromise(file, { autoClose: false }));
  try {
    return await work({
      members: await ofArchive(file, () => membersOf(archive)),
      extract: async (member, target, { signal, onBytes }) => {
        await mkdir(dirname(target), { recursive: true });
        await ofArchive(
          file,
          async () => {
            const content = await archive.openReadStreamPromise(member.entry);
            await pipeline(content, checked(member, onBytes), createWriteStream(target), { signal });
          },
          member.path,
        );
        if (member.executable) await chmod(target, 0o755);
      },
      text: (member) =>
        ofArchive(
          file,
          async () => {
            const content = await archive.openReadStreamPromise(member.entry);
            return (await buffer(content.pipe(checked(member, () => {})))).toString('utf8');
          },
          member.path,
        ),
    });
  } finally {
    archive.close();
  }
};

const membersOf = async (archive: ZipFile): Promise<readonly Member[]> => {
  const members: Member[] = [];
  for await (const entry of archive.eachEntry()) {
    const { fileName: path, uncompressedSize: bytes, externalFileAttributes } = entry;
    // Their upper half is the mode, where the archive was made on a POSIX system.
    members.push({ path, bytes, executable: ((externalFileAttributes >>> 16) & 0o100) !== 0, entry });
  }
  return members;
};

/** yauzl holds sizes against the directory, and leaves checksums to whoever reads. */
const checked = ({ entry }: Member, onBytes: (bytes: number) => void): Transform => {
  let sum = 0;
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      sum = crc32(chunk, sum);
      onBytes(chunk.length);
      done(null, chunk);
    },
    flush: (done) => done(sum === entry.crc32 ? null : new Error('its checksum does not hold')),
  });
};

/** What the system refuses is told as it is; all else that goes wrong here is the archive's. */
const ofArchive = async <Value>(file: string, read: () => Promise<Value>, path?: string): Promise<Value> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && ('syscall' in error || error.name === 'AbortError')) throw error;
    // yauzl looks at the names itself.
    const outside = /^(?:invalid relative|absolute) path: (.*)$/.exec((error as Error).message);
    throw outside === null ? damaged(file, path) : leadsOut(outside[1]!);
  }
};

/** Where a member goes below a folder; never out of it. */
export const placeOf = (folder: string, path: string): string => {
  if (!isInnerPath(path)) throw leadsOut(path);
  return join(folder, path);
};

const leadsOut = (path: string): InstallProblem =>
  new InstallProblem(`the wheel holds "${path}", which leads out of its folder`);

const damaged = (file: string, path?: string): InstallProblem =>
  new InstallProblem(
    `the wheel ${file} is damaged${path === undefined ? ' or cut off' : `: ${path}`}`,
    'remove it, and get it again',
  );
