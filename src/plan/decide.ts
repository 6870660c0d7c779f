import { join } from 'node:path';
import { type Digest, isDigest } from '../fingerprint/canonical.ts';
import { differences, phrases } from '../fingerprint/differences.ts';
import { digestPath, recallFile } from '../fingerprint/digest-path.ts';
import { entryOf } from '../store/cache-entry.ts';
import type { StoredTree } from '../store/tree.ts';
import type { CacheEntry } from '../types/generated/fingerprint.ts';
import type { StageStateFile } from '../types/generated/state.ts';
import type { JsonObject } from '../types/json.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import type { Fingerprint } from './fields.ts';
import { outPath } from './inputs.ts';
import type { Workspace } from './workspace.ts';

/** What becomes of a stage whose inputs exist. */
export type Decision =
  | { readonly kind: 'up to date'; readonly state: StageStateFile; readonly outs: Readonly<Record<string, StoredTree>> }
  | {
      readonly kind: 'restore';
      readonly entry: CacheEntry;
      readonly outs: Readonly<Record<string, StoredTree>>;
      readonly because: readonly string[];
    }
  | { readonly kind: 'run'; readonly because: readonly string[] };

export interface DecideContext {
  readonly pipeline: Pipeline;
  readonly workspace: Workspace;
  /** Whether to run whatever the store knows. */
  readonly force: boolean;
}

/**
 * The one decision that run, dry run, watch, why and status share: from a fingerprint, the stage's state file and the
 * store. It reads, and changes nothing.
 */
export const decide = async (
  stage: Stage,
  { digest: fingerprint, fields }: Fingerprint,
  context: DecideContext,
): Promise<Decision> => {
  const { records } = context.workspace;
  if (context.force) return { kind: 'run', because: ['--force was given'] };
  const state = records.readState(context.pipeline.name, stage.name);
  if (state?.fingerprint === fingerprint) {
    const outs = await standingOuts(stage, state, context);
    if (outs !== undefined) return { kind: 'up to date', state, outs };
  }
  const because = becauseOf(state, fields, context.workspace);
  const entry = readableEntry(fingerprint, context.workspace);
  if (entry === undefined) return { kind: 'run', because };
  const missing = await missingOut(stage, entry, context.workspace);
  if (missing !== undefined) return { kind: 'run', because: [`out ${missing} is no longer in the store`] };
  return {
    kind: 'restore',
    entry,
    outs: entry.outs as Record<string, StoredTree>,
    because: restoreReasons(because, state, fingerprint),
  };
};

/** The stage's outs, if every one stands in the workspace with the bytes that the state file names. */
const standingOuts = async (
  stage: Stage,
  state: StageStateFile,
  { pipeline, workspace }: DecideContext,
): Promise<Record<string, StoredTree> | undefined> => {
  const outs: Record<string, StoredTree> = {};
  for (const [name, { path }] of Object.entries(stage.outs)) {
    const location = join(workspace.project.root, outPath(pipeline.name, stage.name, path));
    const content = recallFile(location, workspace.statCache) ?? (await digestPath(location, workspace.statCache));
    if (content === undefined || content.digest !== state.outs[name]?.digest) return undefined;
    const { digest, kind, bytes } = content;
    outs[name] = content.kind === 'folder' ? { digest, kind, bytes, files: content.count } : { digest, kind, bytes };
  }
  return outs;
};

/**
 * An entry whose lineage can be told: without the record of the stage run, a restored out would have no origin.
 * The record can be checked against its digest, which an entry has none of: so all but the way to it is read there.
 */
const readableEntry = (fingerprint: string, { records }: Workspace): CacheEntry | undefined => {
  const stageRun = isDigest(fingerprint) ? records.readEntry(fingerprint)?.stageRun : undefined;
  const record = isDigest(stageRun) ? records.readStageRun(stageRun) : undefined;
  return record?.fingerprint === fingerprint ? entryOf(record, stageRun as Digest) : undefined;
};

const missingOut = async (stage: Stage, { outs }: CacheEntry, { content }: Workspace): Promise<string | undefined> => {
  for (const name of Object.keys(stage.outs)) {
    const digest = Object.hasOwn(outs, name) ? outs[name]?.digest : undefined;
    if (!isDigest(digest) || !(await content.has(digest))) return name;
  }
  return undefined;
};

const becauseOf = (state: StageStateFile | undefined, fields: JsonObject, { records }: Workspace): string[] => {
  if (state === undefined) return ['it has never run'];
  const before = isDigest(state.fingerprint) ? records.readEntry(state.fingerprint)?.fields : undefined;
  if (before === undefined) return ['its last fingerprint is no longer in the store'];
  const found = phrases(differences(before as JsonObject, fields));
  return found.length > 0 ? found : ['its outs were removed or edited'];
};

const restoreReasons = (because: string[], state: StageStateFile | undefined, fingerprint: string): string[] =>
  state === undefined || state.fingerprint === fingerprint ? [] : because;
