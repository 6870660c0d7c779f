import { join } from 'node:path';
import type { Digest } from '../fingerprint/canonical.ts';
import { rehashFile } from '../fingerprint/digest-path.ts';
import { gateOf } from '../plan/candidate.ts';
import { bundleAhead } from '../plan/fields.ts';
import { type InputProblem, inputProblems } from '../plan/inputs.ts';
import { selectStages } from '../plan/plan.ts';
import { openWorkspace, type Workspace } from '../plan/workspace.ts';
import { type Acquired, withLock } from '../store/lock.ts';
import type { RunEvent, StageState } from '../types/events.ts';
import type { Resources, Stage } from '../types/pipeline.ts';
import { adviceAfter, expectedBackend, gpuSlots } from './backends.ts';
import { enterRun } from './enter-run.ts';
import { type Executor, localExecutor } from './execute.ts';
import { withRecords } from './killed-runs.ts';
import { clearLeftovers } from './leftovers.ts';
import { blank, type StageOutcome } from './outcome.ts';
import { type RunDraft, sealRun } from './record.ts';
import type { RunRequest, RunResult } from './request.ts';
import { haltReason, type RunContext, runStage } from './run-stage.ts';
import { createSlots } from './slots.ts';

/** Executes a pipeline: what changed runs, the rest is kept or restored. Everything that happens is told to `emit`. */
export const runPipeline = async (request: RunRequest): Promise<RunResult> => {
  const notices: string[] = [];
  const notice = (message: string) => {
    notices.push(message);
    request.emit({ type: 'notice', message });
  };
  const workspace = openWorkspace({ ...request, notice });
  const onWait = (holder: number) =>
    request.emit({ type: 'notice', message: `waiting for another run of this pipeline (process ${holder})` });
  const work = (acquired: Acquired) => runLocked(request, workspace, { notices, acquired });
  return withLock(workspace.locks.pipeline(request.pipeline.name), work, { onWait, signal: request.signal });
};

const runLocked = async (
  request: RunRequest,
  workspace: Workspace,
  { notices, acquired }: { readonly notices: readonly string[]; readonly acquired: Acquired },
): Promise<RunResult> => {
  const stages = selectStages(request.pipeline, request.targets);
  const { draft, journal, afterKill } = await enterRun(request, { workspace, stages });
  try {
    clearLeftovers(workspace, { afterCrash: acquired.afterCrash || afterKill });
    const {
      line: backend,
      passedOver,
      choice,
      ...expected
    } = await expectedBackend(stages, request.pipeline, workspace);
    const problems = [...expected.problems, ...(await inputProblems(stages, workspace))];
    if (problems.length > 0) throw new UnusableInputs(problems);
    const { name, seed } = request.pipeline;
    const names = stages.map((stage) => stage.name);
    await keepPipeline(draft, workspace);
    request.emit({ type: 'run-started', run: draft.run, pipeline: name, stages: names, seed, backend, passedOver });
    const { machine } = workspace;
    const slots = { cpus: request.jobs, gpus: await gpuSlots(request.gpus, { ...(choice && { choice }), machine }) };
    tellScarce(stages, slots, workspace);
    bundleAhead(stages, workspace);
    const outcomes = await runStages(stages, request, { run: draft.run, workspace, journal, slots });
    const advice = adviceAfter(outcomes, { stages, passedOver });
    const result = await leaveRun(request, { draft, workspace, outcomes, notices, advice });
    journal.remove();
    return result;
  } catch (error) {
    // Of what has run already, the next run makes the record.
    if (journal.isEmpty()) journal.remove();
    else journal.leave();
    throw error;
  }
};

/** Keeps the pipeline's file as it was: what the record says of it by digest alone, nobody could read later. */
const keepPipeline = async ({ pipeline }: RunDraft, { content, contentLock, project }: Workspace): Promise<void> => {
  if (await content.has(pipeline.digest as Digest)) return;
  await contentLock.hold(() => content.put(join(project.root, pipeline.file)));
};

/** Writes the record of a run whose stages have ended, and tells that it is done. */
const leaveRun = async (
  request: RunRequest,
  { draft, workspace, outcomes, notices, advice }: Leaving,
): Promise<RunResult> => {
  const cached = await attempt(() => workspace.statCache.save());
  if (cached.problem) workspace.notice(`the stat cache could not be written: ${cached.problem}`);
  const result = { record: sealRun(draft, { request, outcomes, notices }), outcomes };
  const written = await attempt(() => request.writePage?.(result, workspace));
  if (written.problem) workspace.notice(`the run's page could not be written: ${written.problem}`);
  const page = written.value;
  const told = {
    ...(page !== undefined && { page: { path: page, digest: rehashFile(join(request.project.root, page)) } }),
    ...(notices.length > 0 && { notices: [...notices] }),
  };
  const write = () => workspace.records.writeRun((previous) => ({ ...result.record, ...told, previous }));
  const recordDigest = await withRecords(workspace, write, never);
  const published = await publish(request, workspace);
  request.emit({
    ...summary(result),
    ...gateTold(result.record, published),
    advice,
    record: recordDigest,
    ...(page !== undefined && { page }),
  });
  return { ...result, recordDigest, ...published };
};

/**
 * Puts what was accepted in its place, once the record says so. A run that cannot does not end well; the next one tries
 * again. Of a pipeline without a gate nothing is published.
 */
const publish = async (
  { pipeline, trial }: RunRequest,
  workspace: Workspace,
): Promise<Pick<RunResult, 'published'>> => {
  if (trial || gateOf(pipeline) === undefined) return {};
  const done = await attempt(async () => {
    const { settlePublished } = await import('./publish.ts');
    const published = await settlePublished(pipeline.name, workspace);
    workspace.statCache.save();
    return published;
  });
  if (done.problem) workspace.notice(`what was accepted could not be published: ${done.problem}`);
  return done.problem ? { published: 'failed' } : done.value === undefined ? {} : { published: { path: done.value } };
};

const gateTold = (
  { gate }: RunResult['record'],
  { published }: Pick<RunResult, 'published'>,
): Pick<RunEvent & { type: 'run-ended' }, 'gate'> => {
  if (gate === undefined) return {};
  const { accepted, reasons } = gate;
  return {
    gate: { accepted, reasons, ...(accepted && typeof published === 'object' && { published: published.path }) },
  };
};

interface Leaving {
  readonly draft: RunDraft;
  readonly workspace: Workspace;
  readonly outcomes: readonly StageOutcome[];
  readonly notices: readonly string[];
  readonly advice: readonly string[];
}

// A run that was interrupted has its record all the same.
const never = new AbortController().signal;

/** What can be made again must not cost the run its record: that the system refuses it is told. */
const attempt = async <Value>(
  work: () => Value | Promise<Value>,
): Promise<{ readonly value?: Value; readonly problem?: string }> => {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return { problem: error.message };
  }
};

/** Inputs that no stage makes are not what the pipeline says: the user's to mend, and nothing has run. */
export class UnusableInputs extends Error {
  override readonly name = 'UnusableInputs';
  constructor(readonly problems: readonly InputProblem[]) {
    super(problems.map(({ message }) => message).join('\n'));
  }
}

/** A stage that asks for more slots than there are runs with all of them, and people are told. */
const tellScarce = (stages: readonly Stage[], { cpus, gpus }: Resources, { notice }: Workspace): void => {
  for (const { name, resources } of stages) {
    if (resources.cpus > Math.max(cpus, 2))
      notice(`stage "${name}" asks for ${resources.cpus} processor slots; this run has ${cpus}`);
    if (resources.gpus > gpus) notice(`stage "${name}" asks for ${resources.gpus} GPU slots; this run has ${gpus}`);
  }
};

const runStages = async (
  stages: readonly Stage[],
  request: RunRequest,
  { slots, ...place }: Pick<RunContext, 'run' | 'workspace' | 'journal'> & { readonly slots: Resources },
): Promise<StageOutcome[]> => {
  const bug = new AbortController();
  const signal = AbortSignal.any([request.signal, bug.signal]);
  const context: RunContext = {
    ...request,
    signal,
    ...place,
    executor: request.executor ?? executorFor(request, place.workspace),
    slots: createSlots(slots),
    known: new Map(),
    inFlight: new Map(),
    failed: new Set(),
  };
  const pending = new Map<string, Promise<StageOutcome>>();
  const start = async (stage: Stage): Promise<StageOutcome> => {
    const above = await Promise.all(stage.upstream.map((name) => pending.get(name)!));
    const reason = reasonToSkip(stage, above, context);
    const outcome = reason === undefined ? await runStage(stage, context) : blank(stage, 'skipped', [reason]);
    tell(outcome, request.emit);
    return outcome;
  };
  // In topological order, so that everything above a stage is pending already.
  for (const stage of stages) pending.set(stage.name, start(stage));
  try {
    return await Promise.all(pending.values());
  } catch (error) {
    // A bug of ours: the stages under way are ended before it is told.
    bug.abort();
    await Promise.allSettled(pending.values());
    throw error;
  }
};

const executorFor = ({ project, spare }: RunRequest, workspace: Workspace): Executor =>
  localExecutor({ ...workspace, root: project.root, ...(spare && { spare }) });

const reasonToSkip = (stage: Stage, above: readonly StageOutcome[], context: RunContext): string | undefined => {
  if (context.signal.aborted) return haltReason(stage.name, context);
  const unfinished = above.find(({ outs }) => outs === undefined);
  if (unfinished) return `${unfinished.stage} ${unfinished.state === 'failed' ? 'failed' : `was ${unfinished.state}`}`;
  return haltReason(stage.name, context);
};

const tell = (outcome: StageOutcome, emit: (event: RunEvent) => void): void => {
  const { outs: _, uncached: __, ...shown } = outcome;
  emit({ type: 'stage-ended', ...shown });
};

const summary = ({
  record,
  outcomes,
}: Omit<RunResult, 'recordDigest'>): Omit<RunEvent & { type: 'run-ended' }, 'record' | 'page' | 'advice'> => ({
  type: 'run-ended',
  run: record.run,
  outcome: record.outcome,
  counts: countStates(outcomes),
  seconds: (Date.now() - Date.parse(record.started)) / 1000,
  savedSeconds: outcomes.reduce((sum, { savedSeconds }) => sum + savedSeconds, 0),
});

const countStates = (outcomes: readonly StageOutcome[]): Partial<Record<StageState, number>> => {
  const counts: Partial<Record<StageState, number>> = {};
  for (const { state } of outcomes) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};
