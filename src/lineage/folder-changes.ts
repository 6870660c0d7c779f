import { isDigest } from '../fingerprint/canonical.ts';
import type { ManifestEntry } from '../fingerprint/manifest.ts';
import { type ContentStore, DamagedContent } from '../store/content.ts';
import { readStoredManifest } from '../store/tree.ts';
import type { ArtifactRecord } from '../types/generated/stage-run.ts';

/** Which files of a folder are not what they were, by path. */
export interface FolderChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** The folders whose manifest the store no longer has. */
export interface ManifestMissing {
  readonly missing: readonly ('before' | 'after')[];
}

/**
 * What differs between two recorded folders, by their manifests in the store; undefined where one of them is a file.
 * `beside` says where temporary files may stand.
 */
export const folderChanges = async (
  before: ArtifactRecord,
  after: ArtifactRecord,
  { content, beside }: { readonly content: ContentStore; readonly beside: string },
): Promise<FolderChanges | ManifestMissing | undefined> => {
  if (before.kind !== 'folder' || after.kind !== 'folder') return undefined;
  const read = (artifact: ArtifactRecord) => manifestOf(artifact.digest, content, beside);
  const [was, is] = [await read(before), await read(after)];
  if (was !== undefined && is !== undefined) return compareManifests(was, is);
  return {
    missing: [...(was === undefined ? ['before' as const] : []), ...(is === undefined ? ['after' as const] : [])],
  };
};

export const compareManifests = (before: readonly ManifestEntry[], after: readonly ManifestEntry[]): FolderChanges => {
  const earlier = new Map(before.map(({ path, hex }) => [path, hex]));
  const later = new Set(after.map(({ path }) => path));
  return {
    added: after.filter(({ path }) => !earlier.has(path)).map(({ path }) => path),
    removed: before.filter(({ path }) => !later.has(path)).map(({ path }) => path),
    changed: after.filter(({ path, hex }) => earlier.has(path) && earlier.get(path) !== hex).map(({ path }) => path),
  };
};

const manifestOf = async (digest: string, content: ContentStore, beside: string) => {
  if (!isDigest(digest)) return undefined;
  try {
    return await readStoredManifest(content, digest, beside);
  } catch (error) {
    if (error instanceof DamagedContent) return undefined;
    throw error;
  }
};
