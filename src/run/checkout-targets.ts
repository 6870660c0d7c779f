import { isDigest } from '../fingerprint/canonical.ts';
import type { RunAccount, StageAccount } from '../lineage/run-account.ts';
import { isInnerPath } from '../load/probe.ts';
import { outPath } from '../plan/inputs.ts';
import type { StoredTree } from '../store/tree.ts';
import type { ArtifactRecord, StageRunRecord } from '../types/generated/stage-run.ts';
import type { Placed } from './place.ts';

/** What of a past run is to stand in the workspace for one stage. */
export interface CheckoutTarget {
  readonly pipeline: { readonly name: string };
  /** The stage with the outs that it had then. */
  readonly placed: Placed;
  readonly record: StageRunRecord;
  /** Digest of that record. */
  readonly stageRun: string;
  readonly outs: readonly TargetOut[];
}

export interface TargetOut {
  readonly name: string;
  /** As people know it: `train.model`. */
  readonly label: string;
  /** Where it is to stand, relative to the project. */
  readonly path: string;
  readonly tree: StoredTree;
}

/** Where the outs of a run's stages belong, by their records alone; a text where a record says what cannot be. */
export const targetsOf = (account: RunAccount, stages: readonly StageAccount[]): CheckoutTarget[] | string => {
  const targets: CheckoutTarget[] = [];
  for (const stage of stages) {
    const target = targetOf(account, stage);
    if (typeof target === 'string') return target;
    targets.push(target);
  }
  return targets;
};

const targetOf = ({ record }: RunAccount, { entry, stageRun }: StageAccount): CheckoutTarget | string => {
  const { stage } = entry;
  if (stageRun === undefined)
    return `the record of stage "${stage}", ${entry.stageRun ?? 'unnamed'}, is missing or damaged`;
  const pipeline = { name: record.pipeline.name };
  const found: [string, string, ArtifactRecord][] = [];
  for (const out of stageRun.outs) {
    const inner = innerPath(out, stageRun);
    if (inner === undefined || !isDigest(out.digest))
      return `the record of stage "${stage}", ${entry.stageRun}, has an out "${out.name}" that no stage can have made`;
    found.push([out.name, inner, out]);
  }
  return {
    pipeline,
    placed: {
      name: stage,
      outs: Object.fromEntries(found.map(([name, path, { type = 'any' }]) => [name, { path, type }])),
    },
    record: stageRun,
    stageRun: entry.stageRun!,
    outs: found.map(([name, inner, out]) => ({
      name,
      label: `${stage}.${name}`,
      path: outPath(pipeline.name, stage, inner),
      tree: treeOf(out),
    })),
  };
};

/**
 * The out's path within its stage's folder. The record may be another stage's: of two stages with one fingerprint only
 * the first runs, and its record stands for both.
 */
const innerPath = ({ path }: ArtifactRecord, { pipeline, stage }: StageRunRecord): string | undefined => {
  const folder = outPath(pipeline, stage, '');
  const inner = path.startsWith(folder) ? path.slice(folder.length) : '';
  return inner !== '' && isInnerPath(inner) ? inner : undefined;
};

const treeOf = ({ digest, kind, bytes, files }: ArtifactRecord): StoredTree => ({
  digest: digest as StoredTree['digest'],
  kind,
  bytes,
  ...(files !== undefined && { files }),
});
