import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { outPath } from '../../plan/inputs.ts';
import { compareTree, digestOfTree } from '../compare-tree.ts';
import type { Listener } from '../finding.ts';
import type { StoredManifests } from '../manifests.ts';
import { heldBack, type Settling } from '../settling.ts';
import type { Survey } from '../survey.ts';
import type { CheckedRuns } from './runs.ts';
import type { PlacedStage } from './states.ts';

export interface OutsRequest {
  readonly placed: readonly PlacedStage[];
  readonly manifests: StoredManifests;
  readonly settling: Settling;
}

/**
 * What stands in the workspace is what the stages made, byte for byte. Returns the digest that was recorded of each out,
 * by its path.
 */
export const checkOuts = async (
  survey: Survey,
  request: OutsRequest,
  listener: Listener,
): Promise<ReadonlyMap<string, string>> => {
  const outs = request.placed.flatMap(outsOf);
  for (const [i, out] of outs.entries()) {
    await checkOut(out, { ...request, root: survey.project.root }, listener);
    listener.progress(i + 1, outs.length);
  }
  return new Map(outs.map(({ path, recorded }) => [path, recorded.digest]));
};

const outsOf = ({ pipeline, stage, record }: PlacedStage) =>
  record.outs.map((recorded) => ({
    // Of two stages with one fingerprint, the record is that of the one that was executed.
    path: outPath(pipeline, stage, record.paths[recorded.name]!),
    recorded,
    pipeline,
    stage,
    run: record.run,
  }));

type PlacedOut = ReturnType<typeof outsOf>[number];

const checkOut = async (
  { path, recorded, pipeline, stage, run }: PlacedOut,
  { root, manifests, settling }: OutsRequest & { readonly root: string },
  listener: Listener,
): Promise<void> => {
  const at = join(root, path);
  const absent = 'does not stand in the workspace; the next run puts it there';
  // A stage that failed since has none, nor has a workspace that was cleaned.
  if (!isThere(at)) return listener.note(path, absent);
  const held = heldBack(listener);
  const comparison = { recorded, at, path, manifest: manifests.entries(recorded.digest) };
  await compareTree(comparison, { code: 'out-changed', suffix: `, as run ${run} made it` }, held.listener);
  if (held.found().length === 0) return;
  const digest = (await digestOfTree({ at })) ?? 'none';
  const isHalfDone = settling.has(pipeline) && isTransient(held.found(), { digest, settling });
  if (settling.isUncached({ pipeline, stage, digest }))
    listener.note(path, 'was made by a stage run whose input moved meanwhile: it is recorded, and not cached');
  else if (isHalfDone)
    listener.note(path, 'is what a run was at when it was killed, or is at now; it settles with the next');
  else held.handOn();
};

/** Outs of another recorded stage run, whole; or the rest of outs that were being removed. */
const isTransient = (
  found: ReturnType<ReturnType<typeof heldBack>['found']>,
  { digest, settling }: { readonly digest: string; readonly settling: Settling },
): boolean => found.every((each) => each.found === 'nothing') || settling.isRecorded(digest);

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The page of each pipeline's last run is as that run wrote it. */
export const checkPages = async (
  { project }: Survey,
  { records, isWhole, settling }: CheckedRuns & { readonly settling: Settling },
  listener: Listener,
): Promise<void> => {
  const last = new Map(
    records.filter(({ page }) => page !== undefined).map((record) => [record.pipeline.name, record]),
  );
  for (const [name, { run, page }] of last) {
    const at = join(project.root, page!.path);
    if (!isThere(at)) continue;
    const held = heldBack(listener);
    const comparison = { recorded: page!, at, path: page!.path, manifest: undefined };
    await compareTree(comparison, { code: 'page-changed', suffix: `, as run ${run} wrote it` }, held.listener);
    if (held.found().length === 0) continue;
    if (settling.has(name) || !isWhole) listener.note(page!.path, 'may be the page of a run that has no record here');
    else held.handOn();
  }
};
