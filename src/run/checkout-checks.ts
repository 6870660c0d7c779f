import { join } from 'node:path';
import type { Digest } from '../fingerprint/canonical.ts';
import { digestPath } from '../fingerprint/digest-path.ts';
import type { ManifestEntry } from '../fingerprint/manifest.ts';
import { isInnerPath } from '../load/probe.ts';
import { outPath } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { DamagedContent } from '../store/content.ts';
import { readStoredManifest } from '../store/tree.ts';
import type { CheckoutTarget, TargetOut } from './checkout-targets.ts';

/** Content that a run's outs need and the store cannot give. */
export interface LostContent {
  /** As `train.model`. */
  readonly out: string;
  readonly digest: string;
  /** Of a folder: the file in it. */
  readonly file?: string;
  readonly found: DamagedContent['found'];
}

export const standsAlready = async (out: TargetOut, { project, statCache }: Workspace): Promise<boolean> =>
  (await digestPath(join(project.root, out.path), statCache))?.digest === out.tree.digest;

/**
 * Outs in the way that somebody has edited, by their paths: not what a state file says, nor what the store could bring
 * back. What former runs left at other paths goes as well, and is asked about like the rest.
 */
export const editedOuts = async (targets: readonly CheckoutTarget[], workspace: Workspace): Promise<string[]> => {
  const { content, project, statCache } = workspace;
  const edited: string[] = [];
  for (const target of targets)
    for (const [path, known] of placesOf(target, workspace)) {
      const found = await digestPath(join(project.root, path), statCache);
      if (found === undefined || known.includes(found.digest) || (await content.has(found.digest))) continue;
      edited.push(path);
    }
  return edited;
};

/** All paths that a checkout touches for a stage, with the digests that may be overwritten there. */
const placesOf = ({ pipeline, placed, outs }: CheckoutTarget, { records }: Workspace): Map<string, string[]> => {
  const places = new Map(outs.map(({ path, tree }): [string, string[]] => [path, [tree.digest]]));
  for (const { path, digest } of Object.values(records.readState(pipeline.name, placed.name)?.outs ?? {})) {
    if (!isInnerPath(path)) continue;
    const place = outPath(pipeline.name, placed.name, path);
    places.set(place, [...(places.get(place) ?? []), digest]);
  }
  return places;
};

/** What the store has no longer, all of it: asked before anything is copied, since names are quickly looked up. */
export const lostContent = async (targets: readonly CheckoutTarget[], workspace: Workspace): Promise<LostContent[]> => {
  const lost: LostContent[] = [];
  for (const out of targets.flatMap(({ outs }) => outs))
    if (!(await standsAlready(out, workspace))) lost.push(...(await lostOf(out, workspace)));
  return lost;
};

const lostOf = async ({ label, tree }: TargetOut, { content, folders }: Workspace): Promise<LostContent[]> => {
  if (tree.kind === 'file')
    return (await content.has(tree.digest)) ? [] : [{ out: label, digest: tree.digest, found: 'nothing' }];
  const listing = await manifestOf(tree.digest, { content, beside: join(folders.store, 'checked') });
  if (!Array.isArray(listing)) return [{ out: label, digest: tree.digest, found: listing }];
  const lost: LostContent[] = [];
  for (const { path, hex } of listing) {
    const digest: Digest = `sha256:${hex}`;
    if (!(await content.has(digest))) lost.push({ out: label, digest, file: path, found: 'nothing' });
  }
  return lost;
};

const manifestOf = async (
  digest: Digest,
  { content, beside }: { readonly content: Workspace['content']; readonly beside: string },
): Promise<ManifestEntry[] | LostContent['found']> => {
  try {
    return await readStoredManifest(content, digest, beside);
  } catch (error) {
    if (error instanceof DamagedContent) return error.found;
    throw error;
  }
};
