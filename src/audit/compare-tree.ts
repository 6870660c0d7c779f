import { statSync } from 'node:fs';
import { hexAt } from '../fingerprint/file-table.ts';
import { hashFiles } from '../fingerprint/hash-files.ts';
import { hashFolder } from '../fingerprint/hash-folder.ts';
import type { ManifestEntry } from '../fingerprint/manifest.ts';
import { digestManifest } from '../fingerprint/manifest.ts';
import { manifestDifferences } from '../fingerprint/manifest-differences.ts';
import { expandGlob } from '../load/glob.ts';
import type { FindingCode } from './catalogue.ts';
import type { Listener } from './finding.ts';
import { isGone, problemOf } from './read.ts';

/** Where something is looked for. */
export interface Place {
  /** Absolute. */
  readonly at: string;
  /** Chooses the files of the folder `at`, if not all count. */
  readonly glob?: string;
}

/** A recorded file or folder, and where it is looked for. */
export interface Comparison extends Place {
  readonly recorded: { readonly digest: string };
  /** As it is told: relative to the project where it lies in it. */
  readonly path: string;
  /** The files that were recorded of a folder, if the store still knows them. */
  readonly manifest: readonly ManifestEntry[] | undefined;
}

/** What is told of differences. */
export interface Telling {
  readonly code: FindingCode;
  /** Put behind what was expected, as ` since run …`. */
  readonly suffix?: string;
}

/** Holds what is there, past the stat cache, against what was recorded, and tells of each file that differs. */
export const compareTree = async (
  what: Comparison,
  telling: Telling,
  listener: Listener,
): Promise<'same' | 'differs'> => {
  const tell = (path: string, expected: string, found: string): 'differs' => {
    listener.finding(telling.code, path, { expected: expected + (telling.suffix ?? ''), found });
    return 'differs';
  };
  try {
    const present = await hashPresent(what);
    if (present.digest === what.recorded.digest) return 'same';
    if (present.files === undefined || what.manifest === undefined)
      return tell(what.path, what.recorded.digest, present.digest);
    const inside = (path: string): string => (what.glob === undefined ? `${what.path}/${path}` : path);
    for (const difference of manifestDifferences(what.manifest, present.files)) {
      const expected = difference.kind === 'extra' ? 'no such file' : `sha256:${difference.expected}`;
      const found = difference.kind === 'missing' ? 'nothing' : `sha256:${difference.found}`;
      tell(inside(difference.path), expected, found);
    }
    return 'differs';
  } catch (error) {
    if (isGone(error)) return tell(what.path, what.recorded.digest, 'nothing, or a link that leads nowhere');
    const found = problemOf(error);
    listener.finding('file-unreadable', what.path, { expected: what.recorded.digest, found });
    return 'differs';
  }
};

interface Present {
  readonly digest: string;
  readonly files?: readonly ManifestEntry[];
}

const hashPresent = async ({ at, glob }: Place): Promise<Present> => {
  if (glob !== undefined) return folder(await hashChosen(at, expandGlob(at, glob)));
  if (isFolder(at)) return folder(await hashFolder(at));
  return { digest: `sha256:${hexAt(await hashFiles([at]), 0)}` };
};

const folder = (files: readonly ManifestEntry[]): Present => ({ digest: digestManifest(files), files });

const hashChosen = async (root: string, paths: readonly string[]): Promise<ManifestEntry[]> => {
  const table = await hashFiles(paths.map((path) => `${root}/${path}`));
  return paths.map((path, row) => ({ path, hex: hexAt(table, row) }));
};

/** Links are followed, as stages follow them. */
const isFolder = (path: string): boolean => statSync(path).isDirectory();

/** The digest of what is there; undefined where nothing is, or it cannot be read. */
export const digestOfTree = (place: Place): Promise<string | undefined> =>
  hashPresent(place).then(
    ({ digest }) => digest,
    (error) => {
      problemOf(error);
      return undefined;
    },
  );
