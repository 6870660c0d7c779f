import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintStage } from '../plan/fields.ts';
import { resolveInputs } from '../plan/inputs.ts';
import { planStage, selectStages } from '../plan/plan.ts';
import { refuse } from '../plan/refusals.ts';
import type { Workspace } from '../plan/workspace.ts';
import { withLock } from '../store/lock.ts';
import type { StoredTree } from '../store/tree.ts';
import type { Pipeline, UsesStage } from '../types/pipeline.ts';
import type { BackendChoice, Progress, Rehearsal } from '../types/stage.ts';
import { type Completion, type Executor, localExecutor } from './execute.ts';
import { type OrderParts, workOrder } from './order.ts';
import { redactAll, secretsOf } from './redact.ts';
import { bringSources } from './sources.ts';
import { storeManifests } from './store-manifests.ts';

export interface RehearsalRequest {
  readonly pipeline: Pipeline;
  readonly stage: UsesStage;
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export type Rehearsed =
  | { readonly kind: 'rehearsed'; readonly rehearsal: Rehearsal; readonly backend?: BackendChoice }
  /** Stages that have to be run first: what it reads is not there. */
  | { readonly kind: 'not ready'; readonly stages: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Rehearses a stage whose upstream is up to date: in a process as a run's, with the same order but for its outs. It
 * leaves no out, no checkpoint, no record and no cache entry.
 */
export const rehearseStage = async (request: RehearsalRequest): Promise<Rehearsed> => {
  const { pipeline, stage, workspace, signal } = request;
  const known = new Map<string, Readonly<Record<string, StoredTree>>>();
  const missing: string[] = [];
  // No targets would mean all stages.
  for (const above of stage.upstream.length === 0 ? [] : selectStages(pipeline, stage.upstream)) {
    const { planned } = await planStage(above, { pipeline, workspace, force: false, targets: [] }, known);
    if (planned.decision !== 'up to date') missing.push(above.name);
  }
  if (missing.length > 0) return { kind: 'not ready', stages: missing };
  const inputs = await resolveInputs(stage, pipeline, { known, workspace });
  const executor = localExecutor({ ...workspace, root: workspace.project.root });
  for (;;) {
    const fingerprint = await fingerprintStage(stage, inputs, request);
    const parts: OrderParts = { stage, pipeline, fingerprint, inputs, workspace };
    // Nobody runs the same meanwhile: its folder of work is the rehearsal's, and what is left of a kill is found by it.
    const lock = workspace.locks.stage(fingerprint.digest);
    const onWait = (holder: number) => workspace.notice(`waiting for the run of process ${holder}, which executes it`);
    const completion = await withLock(lock, () => carryOut(parts, executor, request), { signal, onWait });
    if (completion.unfit === undefined || pipeline.backend !== 'auto') return outcomeOf(completion, parts);
    refuse(fingerprint.digest, completion.unfit, workspace);
  }
};

const carryOut = async (parts: OrderParts, executor: Executor, request: RehearsalRequest): Promise<Completion> => {
  const { workspace, stage } = parts;
  const inputs = await bringSources(parts, { ...request, onNotice: workspace.notice });
  const order = workOrder({ ...parts, inputs });
  const secrets = secretsOf(order, workspace.environment);
  const work = join(workspace.project.root, order.work);
  const rehearsal = { ...order, outs: {}, rehearsal: true as const, scratch: join(work, 'scratch') };
  try {
    await storeManifests(parts);
    const completion = await executor.execute(rehearsal, {
      retries: 0,
      signal: request.signal,
      onProgress: request.onProgress,
      onRetry: () => undefined,
      onNotice: (message) => workspace.notice(`stage "${stage.name}": ${redactAll(message, secrets)}`),
    });
    return redactAll(completion, secrets);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const outcomeOf = ({ ok, failure, rehearsal }: Completion, { fingerprint }: OrderParts): Rehearsed => {
  if (!ok) return { kind: 'failed', why: failure! };
  if (rehearsal === undefined) return { kind: 'failed', why: 'told nothing that is a rehearsal' };
  const backend = fingerprint.backend?.choice;
  return { kind: 'rehearsed', rehearsal, ...(backend && { backend }) };
};
