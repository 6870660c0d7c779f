import { gpusNeeded } from '../machine/gpus.ts';
import { verdictOf } from '../machine/sampler/verdict.ts';
import { type Decision, decide } from '../plan/decide.ts';
import { type Fingerprint, fingerprintStage } from '../plan/fields.ts';
import { type Input, resolveInputs } from '../plan/inputs.ts';
import { refuse } from '../plan/refusals.ts';
import type { Workspace } from '../plan/workspace.ts';
import type { Journal } from '../store/journal.ts';
import { Interrupted, withLock } from '../store/lock.ts';
import type { StoredTree } from '../store/tree.ts';
import type { RunEvent } from '../types/events.ts';
import type { CacheEntry } from '../types/generated/fingerprint.ts';
import type { JournalEntry } from '../types/generated/journal.ts';
import type { StageStateFile } from '../types/generated/state.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import type { MetricValue } from '../types/stage.ts';
import { type Committed, commitExecution } from './commit.ts';
import type { Executor } from './execute.ts';
import { expectedProblem } from './expected-problem.ts';
import { failureOf } from './failure.ts';
import { refuseLinks } from './link-on-the-way.ts';
import { type OrderParts, workOrder } from './order.ts';
import { blank, type StageOutcome, stageEntry } from './outcome.ts';
import { removeOuts } from './place.ts';
import { redactAll, secretsOf } from './redact.ts';
import { restoreStage } from './restore.ts';
import type { Slots } from './slots.ts';
import { bringSources } from './sources.ts';
import { problemKey, type Steering } from './steering.ts';
import { storeManifests } from './store-manifests.ts';

export interface RunContext {
  readonly run: string;
  readonly pipeline: Pipeline;
  readonly workspace: Workspace;
  readonly journal: Journal;
  readonly executor: Executor;
  readonly slots: Slots;
  readonly force: boolean;
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
  /** Outs of the stages that are done. */
  readonly known: Map<string, Readonly<Record<string, StoredTree>>>;
  /** Fingerprints under execution: a stage with the same one waits, and then finds it in the store. */
  readonly inFlight: Map<string, Promise<unknown>>;
  /** Names of the stages that have failed, in the order in which they did. */
  readonly failed: Set<string>;
  readonly steering?: Steering;
}

/** Brings one stage up to date: finds out what it needs, and restores or executes it. Its upstream is done. */
export const runStage = async (stage: Stage, context: RunContext): Promise<StageOutcome> => {
  const seconds = stopwatch();
  try {
    const outcome = await onFittingBackend(stage, context);
    if (outcome.outs !== undefined) context.known.set(stage.name, outcome.outs);
    // Of what had to wait for slots, the work alone was timed.
    return outcome.seconds > 0 ? outcome : { ...outcome, seconds: seconds() };
  } catch (error) {
    const message = expectedProblem(error);
    if (message === undefined) throw error;
    if (context.steering?.stillFails(problemKey(stage.name, { message })))
      return blank(stage, 'skipped', [stillFailing]);
    context.failed.add(stage.name);
    return { ...blank(stage, 'failed', []), seconds: seconds(), failure: { message, output: [] } };
  }
};

/** Where a backend turns out not to run the stage, the planner takes the next one. */
const onFittingBackend = async (stage: Stage, context: RunContext): Promise<StageOutcome> => {
  const inputs = await resolveInputs(stage, context.pipeline, context);
  for (;;) {
    const fingerprint = await fingerprintStage(stage, inputs, context);
    context.steering?.reached(stage.name, { inputs, fingerprint });
    try {
      return await settle({ stage, inputs, fingerprint }, context);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      refuse(fingerprint.digest, error.message, context.workspace);
      context.workspace.notice(`stage "${stage.name}": ${error.message}; the next backend is taken`);
    }
  }
};

/** The backend that `auto` has taken cannot run the stage. */
class Unfit extends Error {}

/** Seconds since it was started. */
const stopwatch = (): (() => number) => {
  const started = performance.now();
  return () => (performance.now() - started) / 1000;
};

interface Subject {
  readonly stage: Stage;
  readonly inputs: readonly Input[];
  readonly fingerprint: Fingerprint;
}

const settle = async (subject: Subject, context: RunContext): Promise<StageOutcome> => {
  const { digest } = subject.fingerprint;
  for (let other = context.inFlight.get(digest); other !== undefined; other = context.inFlight.get(digest))
    await other.catch(() => undefined);
  // Claimed before anything is awaited: two stages with one fingerprint would share a work folder.
  const work = carryOut(subject, context).finally(() => context.inFlight.delete(digest));
  context.inFlight.set(digest, work);
  return work;
};

const carryOut = async (subject: Subject, context: RunContext): Promise<StageOutcome> => {
  const decision = await decide(subject.stage, subject.fingerprint, context);
  const outcome =
    decision.kind === 'up to date'
      ? kept(subject, decision)
      : ((await restoredIfWhole(subject, decision, context)) ?? (await alone(subject, context, decision)));
  if (outcome.state === 'up to date' || outcome.state === 'restored') context.journal.kept(journalEntry(outcome));
  return outcome;
};

/** The outcome of a restore; undefined where there is nothing to restore, or what there was is damaged. */
const restoredIfWhole = async (
  subject: Subject,
  decision: Decision,
  context: RunContext,
): Promise<StageOutcome | undefined> =>
  decision.kind === 'restore' ? withSlots(subject, context, () => restore(subject, decision, context)) : undefined;

/** Other runs may need the same stage: who gets its lock executes it, and the others then find it done. */
const alone = async (subject: Subject, context: RunContext, { kind: before }: Decision): Promise<StageOutcome> => {
  const { stage, fingerprint } = subject;
  const message = (holder: number) => `waiting for the run of process ${holder}, which executes the same`;
  const onWait = (holder: number) => context.emit({ type: 'notice', stage: stage.name, message: message(holder) });
  const work = async (): Promise<StageOutcome> => {
    const decision = await decide(stage, fingerprint, context);
    if (decision.kind === 'up to date') return kept(subject, decision);
    if (decision.kind === 'run' && context.steering?.stillFails(fingerprint.digest))
      return { ...blank(stage, 'skipped', [stillFailing]), fingerprint: fingerprint.digest };
    const because = decision.kind === 'run' && before !== 'restore' ? decision.because : [damaged];
    return (
      (await restoredIfWhole(subject, decision, context)) ??
      withSlots(subject, context, () => execute(subject, because, context))
    );
  };
  const { locks } = context.workspace;
  const options = { signal: signalFor(stage, context), onWait };
  // One that only goes further has another fingerprint, and the same checkpoints.
  const sharingScratch = (): Promise<StageOutcome> =>
    fingerprint.scratch === fingerprint.digest ? work() : withLock(locks.stage(fingerprint.scratch), work, options);
  try {
    return await withLock(locks.stage(fingerprint.digest), sharingScratch, options);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return blank(stage, 'skipped', [haltReason(stage.name, context)!]);
  }
};

const damaged = "the store's copy of its outs is damaged";

const journalEntry = (outcome: StageOutcome): JournalEntry => stageEntry(outcome) as JournalEntry;

const stillFailing = 'it failed before, and nothing that it depends on has changed';

/** Why a stage is not started any more, if so. */
export const haltReason = (stage: string, { signal, failed, keepGoing, steering }: RunContext): string | undefined => {
  if (signal.aborted) return 'the run was interrupted';
  if (steering?.pointless(stage).aborted) return 'what it depends on changed meanwhile';
  return failed.size > 0 && !keepGoing ? `the run stopped when ${[...failed][0]} failed` : undefined;
};

const withSlots = async <Outcome extends StageOutcome | undefined>(
  { stage, fingerprint }: Subject,
  context: RunContext,
  work: () => Promise<Outcome>,
): Promise<StageOutcome | Outcome> => {
  const { cpus, gpus } = stage.resources;
  const giveBack = await context.slots.take({ cpus, gpus: gpusNeeded(gpus, fingerprint.backend?.choice) });
  try {
    // Others may have failed while this one waited for its slots.
    const reason = haltReason(stage.name, context);
    const seconds = stopwatch();
    const outcome = reason === undefined ? await work() : blank(stage, 'skipped', [reason]);
    if (outcome === undefined) return outcome;
    if (outcome.state === 'failed') context.failed.add(stage.name);
    return { ...outcome, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof Unfit || error instanceof Interrupted)) context.failed.add(stage.name);
    throw error;
  } finally {
    giveBack();
  }
};

const kept = ({ stage, fingerprint }: Subject, { state, outs }: Decision & { kind: 'up to date' }): StageOutcome => ({
  ...blank(stage, 'up to date', []),
  fingerprint: fingerprint.digest,
  outs,
  ...remembered(state),
});

/** What a stage that does not run shows of the time it did. */
const remembered = (from: CacheEntry | StageStateFile) => ({
  stageRun: from.stageRun,
  savedSeconds: from.seconds,
  ...(from.summary !== undefined && { summary: from.summary }),
  metrics: (from.metrics ?? {}) as Record<string, MetricValue>,
  ...(from.gate && { gate: from.gate }),
});

const restore = async (
  { stage }: Subject,
  decision: Decision & { kind: 'restore' },
  context: RunContext,
): Promise<StageOutcome | undefined> => {
  if ((await restoreStage(stage, decision, context)) === 'damaged') return undefined;
  const { entry, outs, because } = decision;
  return { ...blank(stage, 'restored', because), fingerprint: entry.fingerprint, outs, ...remembered(entry) };
};

const execute = async (subject: Subject, because: readonly string[], context: RunContext): Promise<StageOutcome> => {
  const { stage, fingerprint } = subject;
  const { workspace, pipeline, emit } = context;
  const expected = workspace.records.readState(pipeline.name, stage.name)?.seconds;
  const started = {
    type: 'stage-started',
    stage: stage.name,
    fingerprint: fingerprint.digest,
    because,
    attempt: 1,
  } as const;
  emit(expected === undefined ? started : { ...started, expectedSeconds: expected });
  const inputs = await bringSources(subject, {
    workspace,
    signal: signalFor(stage, context),
    onProgress: (progress) => emit({ type: 'stage-progress', stage: stage.name, progress }),
    onNotice: (message) => emit({ type: 'notice', stage: stage.name, message }),
  });
  const parts: OrderParts = { ...subject, inputs, pipeline, workspace };
  const order = workOrder(parts);
  context.journal.began({
    stage: stage.name,
    state: 'running',
    fingerprint: order.fingerprint,
    because: [...because],
    seconds: 0,
  });
  removeOuts(stage, workspace, pipeline);
  const secrets = secretsOf(order, workspace.environment);
  const clean = <Value>(value: Value): Value => redactAll(value, secrets);
  await storeManifests(parts);
  const told = await context.executor.execute(order, {
    retries: stage.retries,
    observations: observationsFolder(context.run, stage, context),
    signal: signalFor(stage, context),
    onProgress: (progress) => emit({ type: 'stage-progress', stage: stage.name, progress: clean(progress) }),
    onRetry: (attempt, message) =>
      emit({ type: 'stage-retrying', stage: stage.name, attempt, message: clean(message) }),
    onNotice: (message) => workspace.notice(`stage "${stage.name}": ${clean(message)}`),
  });
  const completion = clean(told);
  if (completion.unfit !== undefined && pipeline.backend === 'auto') throw new Unfit(completion.unfit);
  const committed = await commitExecution({ ...context, parts, order, completion, because }, context.known);
  return ended(subject, committed, because, context);
};

/** Beside the store, by run: a run that comes later takes nothing away. Nothing is written there through a link. */
const observationsFolder = (run: string, { name }: Stage, { pipeline, workspace }: RunContext): string => {
  const folder = `artifacts/.runs/${pipeline.name}/${run}/${name}`;
  refuseLinks(workspace.project.root, `${folder}/any`);
  return folder;
};

const signalFor = ({ name }: Stage, { signal, steering }: RunContext): AbortSignal =>
  steering === undefined ? signal : AbortSignal.any([signal, steering.pointless(name)]);

const ended = (
  { stage, fingerprint }: Subject,
  { record, stageRun, outs }: Committed,
  because: readonly string[],
  { workspace, pipeline }: RunContext,
): StageOutcome => ({
  ...blank(stage, record.state, because),
  fingerprint: fingerprint.digest,
  stageRun,
  ...(outs && { outs }),
  ...(record.summary !== undefined && { summary: record.summary }),
  metrics: record.metrics as Record<string, MetricValue>,
  ...(record.gate && { gate: record.gate }),
  ...(record.hardware && { hardware: record.hardware }),
  ...judged(record, pipeline),
  ...(record.uncached !== undefined && { uncached: record.uncached }),
  ...(record.failure !== undefined && { failure: failureOf(record, workspace) }),
});

const judged = (record: Committed['record'], { price }: Pipeline): Pick<StageOutcome, 'verdict'> => {
  const verdict = verdictOf(record, price);
  return verdict === undefined ? {} : { verdict };
};
