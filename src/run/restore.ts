import { join } from 'node:path';
import { isDigest } from '../fingerprint/canonical.ts';
import type { Decision } from '../plan/decide.ts';
import { outPath } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { DamagedContent } from '../store/content.ts';
import { putTree, removeDamaged, type StoredTree } from '../store/tree.ts';
import type { CacheEntry } from '../types/generated/fingerprint.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import { restoreOuts, writeState } from './place.ts';

interface Place {
  readonly workspace: Workspace;
  readonly pipeline: Pipeline;
}

/**
 * Puts the outs of a cache entry into the workspace, with the state file that says so. Returns whether they stand
 * there: of an entry whose content is damaged, or was freed since it was read, nothing is left, and the stage has to
 * be executed.
 */
export const restoreStage = async (
  stage: Stage,
  { entry, outs }: Pick<Decision & { kind: 'restore' }, 'entry' | 'outs'>,
  place: Place,
): Promise<'restored' | 'damaged'> => {
  try {
    await restoreOuts(stage, outs, place);
  } catch (error) {
    if (!(error instanceof DamagedContent)) throw error;
    await setAside(error, entry, place.workspace);
    return 'damaged';
  }
  writeState(place.pipeline, stage, { ...place, record: entry, stageRun: entry.stageRun });
  await keepStored(stage, entry, place);
  return 'restored';
};

/** Damaged content is removed, so that the same bytes, made again, can take its place. */
const setAside = async (error: DamagedContent, entry: CacheEntry, workspace: Workspace): Promise<void> => {
  workspace.notice(`${error.message}: it is removed, and made again`);
  const beside = join(workspace.folders.store, 'checked');
  for (const tree of Object.values(entry.outs)) await removeDamaged(workspace.content, tree as StoredTree, beside);
  if (isDigest(entry.fingerprint)) workspace.records.removeEntry(entry.fingerprint);
};

/**
 * gc takes what stands in the workspace for needed, and removes entries before content. So where the entry still is
 * after the state file was written, nothing of it will be freed; where gc had removed it before, it is made again from
 * the outs that were placed.
 */
const keepStored = async (stage: Stage, entry: CacheEntry, { workspace, pipeline }: Place): Promise<void> => {
  const { records, content, project, contentLock } = workspace;
  if (!isDigest(entry.fingerprint) || records.readEntry(entry.fingerprint) !== undefined) return;
  await contentLock.hold(async () => {
    for (const { path } of Object.values(stage.outs))
      await putTree(content, join(project.root, outPath(pipeline.name, stage.name, path)));
    records.writeEntry(entry);
  });
};
