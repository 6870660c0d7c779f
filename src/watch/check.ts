import { suggest } from '../diagnostics/suggest.ts';
import { type InputProblem, inputProblems } from '../plan/inputs.ts';
import { type PlannedStage, planStage, selectStages } from '../plan/plan.ts';
import type { Workspace } from '../plan/workspace.ts';
import { expectedProblem } from '../run/expected-problem.ts';
import { problemKey } from '../run/steering.ts';
import type { StoredTree } from '../store/tree.ts';
import type { Diagnostic } from '../types/diagnostic.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import type { WatchProblem } from '../types/watch-events.ts';

/** What a look at the pipeline and its files found. */
export type Finding =
  | { readonly kind: 'broken'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'blocked'; readonly problems: readonly WatchProblem[] }
  | { readonly kind: 'nothing'; readonly stillFailing: readonly string[] }
  | { readonly kind: 'run'; readonly stillFailing: readonly string[] };

export interface CheckRequest {
  readonly pipeline: Pipeline;
  readonly targets: readonly string[];
  readonly workspace: Workspace;
  readonly stillFails: (problem: string) => boolean;
}

/** Plans a pipeline with the planner of all commands, and says whether a run would do anything. */
export const checkPipeline = async (request: CheckRequest): Promise<Finding> => {
  const { pipeline, targets, workspace } = request;
  const unknown = targets.find((name) => !pipeline.stages.has(name));
  if (unknown !== undefined) return { kind: 'blocked', problems: [stageGone(unknown, pipeline)] };
  const stages = selectStages(pipeline, targets);
  const problems = await inputProblems(stages, workspace);
  if (problems.length > 0) return { kind: 'blocked', problems: problems.map(toProblem) };
  const stillFailing: string[] = [];
  const stopped = new Set<string>();
  const known = new Map<string, Readonly<Record<string, StoredTree>>>();
  let isDue = false;
  for (const stage of stages) {
    const { problem, planned } = await planOne(stage, request, known);
    const fails = problem !== undefined && request.stillFails(problem);
    if (fails) stillFailing.push(stage.name);
    // What waits for a stage that fails is not reached, whatever became of it.
    if (fails || stage.upstream.some((name) => stopped.has(name))) stopped.add(stage.name);
    else if (planned?.decision !== 'up to date') isDue = true;
  }
  return { kind: isDue ? 'run' : 'nothing', stillFailing };
};

/** A stage's plan, and by what it would be known if it has failed already. */
const planOne = async (
  stage: Stage,
  request: CheckRequest,
  known: Map<string, Readonly<Record<string, StoredTree>>>,
): Promise<{ readonly planned?: PlannedStage; readonly problem?: string }> => {
  try {
    const { planned } = await planStage(stage, { ...request, force: false }, known);
    const { decision, fingerprint, because, hint } = planned;
    if (decision === 'will run' && fingerprint !== undefined) return { planned, problem: fingerprint };
    if (decision !== 'blocked') return { planned };
    const message = hint === undefined ? because[0]! : `${because[0]} (${hint})`;
    return { planned, problem: problemKey(stage.name, { message }) };
  } catch (error) {
    // Code that does not compile: the run tells it as the stage's failure.
    const message = expectedProblem(error);
    if (message === undefined) throw error;
    return { problem: problemKey(stage.name, { message }) };
  }
};

export const toProblem = ({ message, hint }: InputProblem): WatchProblem =>
  hint === undefined ? { message } : { message, hint };

const stageGone = (stage: string, { name, stages }: Pipeline): WatchProblem => {
  const hint = suggest(stage, stages.keys(), 'its stages');
  const message = `pipeline "${name}" has no stage "${stage}" any more`;
  return hint === undefined ? { message } : { message, hint };
};
