import { join, resolve } from 'node:path';
import { resolveInputs } from '../plan/inputs.ts';
import { planStage, selectStages } from '../plan/plan.ts';
import type { Workspace } from '../plan/workspace.ts';
import { placeTree, type StoredTree } from '../store/tree.ts';
import type { ModelAnswer, ModelOrder } from '../types/model-program.ts';
import type { Pipeline, UsesStage } from '../types/pipeline.ts';
import { askProgram } from './ask-program.ts';

export interface ModelRequest {
  readonly pipeline: Pipeline;
  /** A stage of the type train. */
  readonly stage: UsesStage;
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  /** An empty folder for what stands in the store alone. */
  readonly into: string;
}

export type DescribedModel =
  | ModelAnswer
  /** Stages that have to be run first: the data is not there. */
  | { readonly type: 'not ready'; readonly stages: readonly string[]; readonly why?: string };

/**
 * Describes the network of a train stage. What it reads has to be up to date, or in the store; nothing is run.
 *
 * @throws Interrupted where the request's signal aborts.
 */
export const describeModel = async (request: ModelRequest): Promise<DescribedModel> => {
  const { pipeline, stage, workspace, signal } = request;
  const known = new Map<string, Readonly<Record<string, StoredTree>>>();
  const restored = new Set<string>();
  const missing: string[] = [];
  let why: string | undefined;
  // No targets would mean all stages.
  for (const above of stage.upstream.length === 0 ? [] : selectStages(pipeline, stage.upstream)) {
    const { planned } = await planStage(above, { pipeline, workspace, force: false, targets: [] }, known);
    if (planned.decision === 'restore') restored.add(above.name);
    else if (planned.decision !== 'up to date') missing.push(above.name);
    if (planned.decision === 'blocked') why ??= `stage "${above.name}" is blocked: ${planned.because.join(', ')}`;
  }
  if (missing.length > 0) return { type: 'not ready', stages: missing, ...(why !== undefined && { why }) };
  const deps = await pathsOf(request, known, restored);
  const program = { name: 'describe-model', does: 'describes networks' };
  const order: ModelOrder = { params: stage.params, deps };
  return askProgram(program, order, { environment: workspace.environment, signal });
};

/** Where each dep can be read: what a run would restore is taken out of the store, and the workspace stays as it is. */
const pathsOf = async (
  { pipeline, stage, workspace, into }: ModelRequest,
  known: ReadonlyMap<string, Readonly<Record<string, StoredTree>>>,
  restored: ReadonlySet<string>,
): Promise<Record<string, string>> => {
  const paths: Record<string, string> = {};
  for (const { name, path } of await resolveInputs(stage, pipeline, { known, workspace })) {
    const dep = stage.deps[name]!;
    if (dep.kind !== 'stage' || !restored.has(dep.stage)) paths[name] = resolve(workspace.project.root, path);
    else if (read.includes(name)) {
      paths[name] = join(into, name);
      await placeTree(workspace.content, known.get(dep.stage)![dep.out]!, paths[name]);
    }
  }
  return paths;
};

/** What a network and its findings follow from; validation is not looked at. */
const read = ['train', 'fitted', 'pretrained'];
