import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestPath, rememberPlaced } from '../fingerprint/digest-path.ts';
import { isInnerPath } from '../load/probe.ts';
import { outPath } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { stateOf } from '../store/stage-state.ts';
import { type ListedTree, placeTree, type StoredTree, stampPast, swap } from '../store/tree.ts';
import type { CacheEntry } from '../types/generated/fingerprint.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import { refuseLinks } from './link-on-the-way.ts';

interface Place {
  readonly workspace: Workspace;
  readonly pipeline: Pick<Pipeline, 'name'>;
}

/** What placing asks of a stage: today's pipeline, or a record of the past, can say it. */
export type Placed = Pick<Stage, 'name' | 'outs'>;

/** Moves fresh outs from the work folder to their places in the workspace. */
export const publishOuts = async (
  stage: Stage,
  stored: Readonly<Record<string, ListedTree>>,
  { workspace, pipeline, from }: Place & { readonly from: Readonly<Record<string, string>> },
): Promise<void> => {
  const { root } = workspace.project;
  for (const [name, { path }] of Object.entries(stage.outs)) {
    const fresh = join(root, from[name]!);
    const to = placeOf(path, stage, { workspace, pipeline });
    clearStale(dirname(to));
    for (const file of stored[name]!.listing?.map((entry) => join(fresh, entry.path)) ?? [fresh]) await stampPast(file);
    await swap(fresh, to);
    rememberPlaced(to, stored[name]!, workspace.statCache);
  }
};

/** Puts cached outs into the workspace. Throws `DamagedContent`. */
export const restoreOuts = async (
  stage: Stage,
  outs: Readonly<Record<string, StoredTree>>,
  { workspace, pipeline }: Place,
): Promise<void> => {
  removeFormer(stage, { workspace, pipeline });
  for (const [name, { path }] of Object.entries(stage.outs)) {
    const to = placeOf(path, stage, { workspace, pipeline });
    clearStale(dirname(to));
    if ((await digestPath(to, workspace.statCache))?.digest === outs[name]!.digest) continue;
    const placed = await placeTree(workspace.content, outs[name]!, to);
    if (placed.method === 'copy') workspace.notice('restored by copying, since this file system cannot share blocks');
    rememberPlaced(to, placed, workspace.statCache);
  }
};

/** Takes away the outs that stand in the workspace: a stage that then fails leaves none. */
export const removeOuts = (stage: Stage, workspace: Workspace, pipeline: Pipeline): void => {
  removeFormer(stage, { workspace, pipeline });
  for (const { path } of Object.values(stage.outs)) removeOut(path, stage, { workspace, pipeline });
};

/** Outs of the last time, at paths that the stage no longer declares: they would pass for outs of this time. */
export const removeFormer = (stage: Placed, place: Place): void => {
  const declared = Object.values(stage.outs).map(({ path }) => path);
  const former = Object.values(place.workspace.records.readState(place.pipeline.name, stage.name)?.outs ?? {});
  // A damaged state file must not lead us out of the stage's folder.
  for (const { path } of former) if (!declared.includes(path) && isInnerPath(path)) removeOut(path, stage, place);
};

const removeOut = (path: string, stage: Placed, place: Place): void =>
  rmSync(placeOf(path, stage, place), { recursive: true, force: true });

/** Absolute path of an out that is to be written or removed. */
const placeOf = (path: string, stage: Placed, { workspace, pipeline }: Place): string => {
  const place = outPath(pipeline.name, stage.name, path);
  refuseLinks(workspace.project.root, place);
  return join(workspace.project.root, place);
};

// What a killed process left half placed has a name of this form.
export const clearStale = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder))
    if (/\.tmp-\d+-\d+$/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
};

export const writeState = (
  pipeline: Pick<Pipeline, 'name'>,
  stage: Placed,
  { workspace, record, stageRun }: { workspace: Workspace; record: StageRunRecord | CacheEntry; stageRun: string },
): void => workspace.records.writeState(pipeline.name, stage.name, stateOf(record, stageRun));
