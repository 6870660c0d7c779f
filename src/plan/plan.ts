import type { StoredTree } from '../store/tree.ts';
import type { JsonObject } from '../types/json.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import { decide } from './decide.ts';
import { type Fingerprint, fingerprintStage } from './fields.ts';
import { InputProblem, resolveInputs } from './inputs.ts';
import type { Workspace } from './workspace.ts';

/** What would become of a stage, as far as it can be known before anything runs. */
export interface PlannedStage {
  readonly stage: string;
  /**
   * `may run`: a stage above it will run, and whether this one does depends on what comes out (early cutoff).
   * `blocked`: an input is missing that no stage makes, or the stage's code does not compile.
   */
  readonly decision: 'up to date' | 'restore' | 'will run' | 'may run' | 'blocked';
  readonly because: readonly string[];
  /** Absent where an input does not exist yet. */
  readonly fingerprint?: string;
  /** Seconds that it took when it ran last. */
  readonly expectedSeconds?: number;
  readonly hint?: string;
}

export interface PlanRequest {
  readonly pipeline: Pipeline;
  readonly workspace: Workspace;
  readonly force: boolean;
  /** Stages asked for; their upstream comes with them. Empty: all. */
  readonly targets: readonly string[];
}

/** Says what a run would do, by the same decision that the run takes, and does nothing. */
export const planPipeline = async (request: PlanRequest): Promise<PlannedStage[]> => {
  const known = new Map<string, Readonly<Record<string, StoredTree>>>();
  const planned: PlannedStage[] = [];
  for (const stage of selectStages(request.pipeline, request.targets))
    planned.push((await planStage(stage, request, known)).planned);
  return planned;
};

/** A stage's plan, with all that its fingerprint is made of where its inputs exist. */
export interface StagePlan {
  readonly planned: PlannedStage;
  readonly fields?: JsonObject;
}

/** The stages asked for with all that they need, in topological order. */
export const selectStages = (pipeline: Pipeline, targets: readonly string[]): Stage[] => {
  if (targets.length === 0) return [...pipeline.stages.values()];
  const needed = new Set<string>();
  const pending = [...targets];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    pending.push(...pipeline.stages.get(name)!.upstream);
  }
  return [...pipeline.stages.values()].filter(({ name }) => needed.has(name));
};

/** Plans one stage whose upstream has been planned, and adds its outs to `known` where they are certain. */
export const planStage = async (
  stage: Stage,
  request: PlanRequest,
  known: Map<string, Readonly<Record<string, StoredTree>>>,
): Promise<StagePlan> => {
  const { pipeline, workspace } = request;
  const expected = expectation(stage, request);
  const unknown = stage.upstream.filter((name) => !known.has(name));
  if (unknown.length > 0) return { planned: planUnknown(stage, unknown, request) };
  let fingerprint: Fingerprint;
  try {
    const inputs = await resolveInputs(stage, pipeline, { known, workspace });
    fingerprint = await fingerprintStage(stage, inputs, { pipeline, workspace });
  } catch (error) {
    if (!(error instanceof InputProblem) && !isCodeProblem(error)) throw error;
    const hint = 'hint' in error && typeof error.hint === 'string' ? { hint: error.hint } : {};
    return { planned: { stage: stage.name, decision: 'blocked', because: [error.message], ...hint } };
  }
  const decision = await decide(stage, fingerprint, request);
  if (decision.kind !== 'run') known.set(stage.name, decision.outs);
  const planned = {
    stage: stage.name,
    decision: decision.kind === 'run' ? ('will run' as const) : decision.kind,
    because: decision.kind === 'up to date' ? [] : decision.because,
    fingerprint: fingerprint.digest,
    ...expected,
  };
  return { planned, fields: fingerprint.fields };
};

// By name: the bundler is loaded by what has to be bundled alone.
const isCodeProblem = (error: unknown): error is Error => error instanceof Error && error.name === 'CodeProblem';

const planUnknown = (stage: Stage, unknown: readonly string[], request: PlanRequest): PlannedStage => {
  const base = { stage: stage.name, ...expectation(stage, request) };
  if (request.force) return { ...base, decision: 'will run', because: ['--force was given'] };
  if (request.workspace.records.readState(request.pipeline.name, stage.name) === undefined)
    return { ...base, decision: 'will run', because: ['it has never run'] };
  const refs = Object.values(stage.deps).flatMap((dep) =>
    dep.kind === 'stage' && unknown.includes(dep.stage) ? [`${dep.stage}.${dep.out}`] : [],
  );
  return {
    ...base,
    decision: 'may run',
    because: [`if ${refs.join(', ')} ${refs.length === 1 ? 'changes' : 'change'}`],
  };
};

const expectation = ({ name }: Stage, { workspace, pipeline }: PlanRequest): { expectedSeconds?: number } => {
  const seconds = workspace.records.readState(pipeline.name, name)?.seconds;
  return seconds === undefined ? {} : { expectedSeconds: seconds };
};
