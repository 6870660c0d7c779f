import { isDigest } from '../fingerprint/canonical.ts';
import { type Difference, differences } from '../fingerprint/differences.ts';
import type { StoredTree } from '../store/tree.ts';
import type { JsonObject } from '../types/json.ts';
import type { Pipeline } from '../types/pipeline.ts';
import { type PlannedStage, planStage, type StagePlan, selectStages } from './plan.ts';
import type { Workspace } from './workspace.ts';

/** Why a stage will run, or will not. */
export interface Explanation {
  readonly planned: PlannedStage;
  /** Field by field, against the fingerprint of the outs that the stage made last; empty where it never ran. */
  readonly changes: readonly Difference[];
}

/** Holds a stage's fingerprint as it would be now against that of its last outs. */
export const explainStage = async (
  name: string,
  context: { readonly pipeline: Pipeline; readonly workspace: Workspace },
): Promise<Explanation> => {
  const known = new Map<string, Readonly<Record<string, StoredTree>>>();
  const request = { ...context, force: false, targets: [name] };
  let plan: StagePlan | undefined;
  for (const stage of selectStages(context.pipeline, [name])) plan = await planStage(stage, request, known);
  const before = lastFields(name, context);
  const { planned, fields } = plan!;
  return { planned, changes: before && fields ? differences(before, fields) : [] };
};

const lastFields = (
  stage: string,
  { pipeline, workspace }: { readonly pipeline: Pipeline; readonly workspace: Workspace },
): JsonObject | undefined => {
  const last = workspace.records.readState(pipeline.name, stage)?.fingerprint;
  return isDigest(last) ? (workspace.records.readEntry(last)?.fields as JsonObject | undefined) : undefined;
};
