import { join } from 'node:path';
import { canonicalJson, type Digest } from '../../fingerprint/canonical.ts';
import { digestPath } from '../../fingerprint/digest-path.ts';
import { compareOuts, type OutDifference } from '../../lineage/compare/compare-outs.ts';
import type { Workspace } from '../../plan/workspace.ts';
import type { StoredTree } from '../../store/tree.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import type { MetricValue } from '../../types/stage.ts';
import type { Completion } from '../execute.ts';
import type { WorkOrder } from '../order.ts';
import type { CleanFolder } from './clean-folder.ts';

export interface ReplayedOut {
  readonly name: string;
  readonly recorded: StoredTree;
  readonly digest: Digest;
  /** Absent where the digests are the same: the out is bit-exact. */
  readonly difference?: OutDifference;
}

/** A metric whose value is not the recorded one. */
export interface ReplayedMetric {
  readonly name: string;
  readonly recorded?: MetricValue;
  readonly replayed?: MetricValue;
}

interface Compared {
  readonly record: StageRunRecord;
  readonly workspace: Workspace;
}

/** Compares every out that was made again with the recorded one. */
export const compareAll = async (order: WorkOrder, clean: CleanFolder, request: Compared): Promise<ReplayedOut[]> => {
  const compared: ReplayedOut[] = [];
  for (const { name, digest, kind, bytes, files } of request.record.outs) {
    const recorded = { digest: digest as Digest, kind, bytes, ...(files !== undefined && { files }) };
    const path = join(clean.workspace.project.root, order.outs[name]!);
    const replayed = (await digestPath(path, clean.workspace.statCache))!;
    const out = { name, recorded, digest: replayed.digest };
    if (replayed.digest === recorded.digest && replayed.kind === kind) compared.push(out);
    else {
      const listed = { path, kind: replayed.kind, files: replayed.kind === 'folder' ? replayed.files() : [] };
      const { content } = request.workspace;
      const difference = await compareOuts({ recorded, replayed: listed, content, folder: join(clean.beside, name) });
      compared.push({ ...out, difference });
    }
  }
  return compared;
};

export const metricsThatDiffer = (record: StageRunRecord, { metrics }: Completion): ReplayedMetric[] =>
  [...new Set([...Object.keys(record.metrics), ...Object.keys(metrics)])].flatMap((name) => {
    const [recorded, replayed] = [record.metrics[name], metrics[name]];
    const same =
      recorded !== undefined && replayed !== undefined && canonicalJson(recorded) === canonicalJson(replayed);
    return same
      ? []
      : [{ name, ...(recorded !== undefined && { recorded }), ...(replayed !== undefined && { replayed }) }];
  });
