import { type Digest, digestOf } from './canonical.ts';

/** One file of a folder. `path` is relative to it, with `/`. */
export interface ManifestEntry {
  readonly path: string;
  /** 64 hexadecimal digits. */
  readonly hex: string;
}

/**
 * The manifest of a folder is exactly what `sha256sum -c` reads: a line a file, sorted by the bytes of its path.
 * A folder's digest is the digest of this text, so that an auditor needs no code of ours.
 * Empty folders, modes and times are not part of it.
 */
export const formatManifest = (entries: readonly ManifestEntry[]): string =>
  [...entries].sort(byPathBytes).map(formatLine).join('');

export const digestManifest = (entries: readonly ManifestEntry[]): Digest => digestOf(formatManifest(entries));

/**
 * The entries of a manifest. Who reads one that others may have written gets paths that can be written below a folder:
 * none leads out of it, none stands twice, none is a file and a folder at once.
 * Throws an `Error` naming the first line that `formatManifest` would not have written.
 */
export const parseManifest = (text: string): ManifestEntry[] => {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw damaged(lines.length);
  const entries = lines.map(parseLine);
  for (let i = 1; i < entries.length; i++) if (byPathBytes(entries[i - 1]!, entries[i]!) >= 0) throw damaged(i);
  const clash = fileAsFolder(entries);
  if (clash !== undefined) throw damaged(clash);
  return entries;
};

/** Index of an entry that lies in a folder where another entry is a file. */
const fileAsFolder = (entries: readonly ManifestEntry[]): number | undefined => {
  const files = new Set(entries.map(({ path }) => path));
  const folders = new Set<string>();
  for (const [i, { path }] of entries.entries())
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      if (files.has(folder)) return i;
      folders.add(folder);
    }
  return undefined;
};

const damaged = (index: number): Error => new Error(`manifest line ${index + 1} is damaged`);

const formatLine = ({ path, hex }: ManifestEntry): string =>
  /[\\\n\r]/.test(path) ? `\\${hex}  ${escapeName(path)}\n` : `${hex}  ${path}\n`;

// GNU coreutils: a line whose name was escaped starts with a backslash.
const escapeName = (path: string): string =>
  path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');

const unescapeName = (path: string): string =>
  path.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter === 'r' ? '\r' : letter));

const parseLine = (line: string, index: number): ManifestEntry => {
  const match = /^(\\?)([0-9a-f]{64}) {2}(.+)$/s.exec(line);
  const path = match?.[1] ? unescapeName(match[3]!) : match?.[3];
  if (path === undefined || !isPlainPath(path)) throw damaged(index);
  const entry = { path, hex: match![2]! };
  // An escape that is none, or none where there has to be one.
  if (/[\\\r]/.test(line) && formatLine(entry) !== `${line}\n`) throw damaged(index);
  return entry;
};

/** Names with a `/` between them, as they are found below a folder. */
const isPlainPath = (path: string): boolean => !/(?:^|\/)\.{0,2}(?:\/|$)|\0/.test(path);

const byPathBytes = (a: ManifestEntry, b: ManifestEntry): number =>
  a.path === b.path
    ? 0
    : isPlain(a.path) && isPlain(b.path)
      ? a.path < b.path
        ? -1
        : 1
      : compareBytes(a.path, b.path);

// Code units and UTF-8 bytes sort alike below U+D800; comparing strings is many times faster than comparing buffers.
const isPlain = (path: string): boolean => !/[\ud800-\uffff]/.test(path);

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
