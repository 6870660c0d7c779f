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

/** Throws an `Error` naming the line that is not one of `sha256sum`'s, or whose path leads out of the folder. */
export const parseManifest = (text: string): ManifestEntry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);

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
  if (path === undefined || !staysInside(path)) throw new Error(`manifest line ${index + 1} is damaged`);
  return { path, hex: match![2]! };
};

const staysInside = (path: string): boolean => !path.startsWith('/') && !path.split('/').includes('..');

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
