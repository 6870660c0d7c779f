import { formatManifest } from '../../fingerprint/manifest.ts';
import type { Listener } from '../finding.ts';
import type { StoredManifests } from '../manifests.ts';
import type { KnownStageRun } from '../stage-run-file.ts';
import type { Survey } from '../survey.ts';
import { contentPath } from './content.ts';
import type { CheckedStageRuns } from './stage-runs.ts';

/** The manifest of each recorded folder is what `sha256sum` would print, and names as many files as were recorded. */
export const checkManifests = (
  { byDigest }: CheckedStageRuns,
  manifests: StoredManifests,
  listener: Listener,
): void => {
  const folders = new Map([...byDigest.values()].flatMap(foldersOf));
  let done = 0;
  for (const [digest, files] of folders) {
    listener.progress(++done, folders.size);
    const text = manifests.text(digest);
    if (text === undefined) continue;
    const entries = manifests.entries(digest);
    const isCanonical = entries !== undefined && formatManifest(entries) === text;
    if (isCanonical && (files === undefined || entries.length === files)) continue;
    listener.finding('manifest-damaged', contentPath(digest), {
      expected: `a manifest of ${files ?? 'the'} files, as sha256sum prints it, sorted by path`,
      found: isCanonical ? `one of ${entries.length}` : 'something else',
    });
  }
};

const foldersOf = ({ inputs, outs }: KnownStageRun): [digest: string, files: number | undefined][] =>
  [...inputs, ...outs].filter(({ kind }) => kind === 'folder').map(({ digest, files }) => [digest, files]);

/** What each cache entry stands for is in the store, whole. Records may outlive their content; logs may be freed first. */
export const checkNeeded = (
  { contents }: Survey,
  { entries, stageRuns, manifests }: Needed,
  listener: Listener,
): void => {
  const seen = new Set<string>();
  const need = (digest: string, what: string): void => {
    if (seen.has(digest)) return;
    seen.add(digest);
    if (contents.has(digest.slice(7))) return;
    listener.finding('content-missing', contentPath(digest), { expected: what, found: 'nothing' });
  };
  for (const stageRun of entries.values()) {
    const { outs, pipeline, stage } = stageRuns.byDigest.get(stageRun)!;
    for (const { name, digest, kind } of outs) {
      const what = `out ${name} of ${pipeline}/${stage}`;
      const isNew = !seen.has(digest);
      need(digest, kind === 'folder' ? `the manifest of ${what}` : what);
      if (kind === 'file' || !isNew) continue;
      for (const { path, hex } of manifests.entries(digest) ?? []) need(`sha256:${hex}`, `${path} in ${what}`);
    }
  }
};

interface Needed {
  /** Stage runs that cache entries refer to, by fingerprint. */
  readonly entries: ReadonlyMap<string, string>;
  readonly stageRuns: CheckedStageRuns;
  readonly manifests: StoredManifests;
}
