import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isDigest } from '../fingerprint/canonical.ts';
import { type Decision, decide } from '../plan/decide.ts';
import { type Fingerprint, fingerprintStage } from '../plan/fields.ts';
import { type Input, InputProblem, resolveInputs } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { DamagedContent } from '../store/content.ts';
import { removeDamaged, type StoredTree } from '../store/tree.ts';
import type { RunEvent, StageFailure, StageState } from '../types/events.ts';
import type { CacheEntry } from '../types/generated/fingerprint.ts';
import type { StageStateFile } from '../types/generated/state.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import type { MetricValue } from '../types/stage.ts';
import { type Committed, commitExecution } from './commit.ts';
import type { Executor } from './execute.ts';
import { logFile } from './log-file.ts';
import { type OrderParts, workOrder } from './order.ts';
import { removeOuts, restoreOuts, writeState } from './place.ts';
import { redactAll, secretsOf } from './redact.ts';
import type { Slots } from './slots.ts';
import { problemKey, type Steering } from './steering.ts';

/** What became of a stage. */
export interface StageOutcome {
  readonly stage: string;
  readonly state: StageState;
  readonly because: readonly string[];
  readonly seconds: number;
  /** Seconds that it took when it ran: what was saved where it did not. */
  readonly savedSeconds: number;
  readonly fingerprint?: string;
  readonly stageRun?: string;
  readonly outs?: Readonly<Record<string, StoredTree>>;
  readonly summary?: string;
  readonly metrics?: Readonly<Record<string, MetricValue>>;
  readonly failure?: StageFailure;
}

export interface RunContext {
  readonly run: string;
  readonly pipeline: Pipeline;
  readonly workspace: Workspace;
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
    const inputs = await resolveInputs(stage, context.pipeline, context);
    const fingerprint = await fingerprintStage(stage, inputs, context);
    context.steering?.reached(stage.name, { inputs, fingerprint });
    const outcome = await settle({ stage, inputs, fingerprint }, context);
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

/** Seconds since it was started. */
const stopwatch = (): (() => number) => {
  const started = performance.now();
  return () => (performance.now() - started) / 1000;
};

export const blank = (stage: Stage, state: StageState, because: readonly string[]): StageOutcome => ({
  stage: stage.name,
  state,
  because,
  seconds: 0,
  savedSeconds: 0,
});

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
  if (decision.kind === 'up to date') return kept(subject, decision);
  const { digest } = subject.fingerprint;
  if (decision.kind === 'run' && context.steering?.stillFails(digest))
    return { ...blank(subject.stage, 'skipped', [stillFailing]), fingerprint: digest };
  return withSlots(subject.stage, context, () =>
    decision.kind === 'restore' ? restore(subject, decision, context) : execute(subject, decision.because, context),
  );
};

const stillFailing = 'it failed before, and nothing that it depends on has changed';

/** Why a stage is not started any more, if so. */
export const haltReason = (stage: string, { signal, failed, keepGoing, steering }: RunContext): string | undefined => {
  if (signal.aborted) return 'the run was interrupted';
  if (steering?.pointless(stage).aborted) return 'what it depends on changed meanwhile';
  return failed.size > 0 && !keepGoing ? `${[...failed][0]} failed` : undefined;
};

const withSlots = async (
  stage: Stage,
  context: RunContext,
  work: () => Promise<StageOutcome>,
): Promise<StageOutcome> => {
  const giveBack = await context.slots.take(stage.resources);
  try {
    // Others may have failed while this one waited for its slots.
    const reason = haltReason(stage.name, context);
    const seconds = stopwatch();
    const outcome = reason === undefined ? await work() : blank(stage, 'skipped', [reason]);
    if (outcome.state === 'failed') context.failed.add(stage.name);
    return { ...outcome, seconds: seconds() };
  } catch (error) {
    context.failed.add(stage.name);
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
});

const restore = async (
  subject: Subject,
  { entry, outs, because }: Decision & { kind: 'restore' },
  context: RunContext,
): Promise<StageOutcome> => {
  const { stage } = subject;
  try {
    await restoreOuts(stage, outs, context);
  } catch (error) {
    if (!(error instanceof DamagedContent)) throw error;
    await setAside(error, entry, context.workspace);
    return execute(subject, [`the store's copy of its outs is damaged`], context);
  }
  writeState(context.pipeline, stage, { ...context, record: entry, stageRun: entry.stageRun });
  return { ...blank(stage, 'restored', because), fingerprint: entry.fingerprint, outs, ...remembered(entry) };
};

/** Damaged content is removed, so that the same bytes, made again, can take its place. */
const setAside = async (error: DamagedContent, entry: CacheEntry, workspace: Workspace): Promise<void> => {
  workspace.notice(`${error.message}: it is removed, and made again`);
  const beside = join(workspace.folders.store, 'checked');
  for (const tree of Object.values(entry.outs)) await removeDamaged(workspace.content, tree as StoredTree, beside);
  if (isDigest(entry.fingerprint)) workspace.records.removeEntry(entry.fingerprint);
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
  const parts: OrderParts = { ...subject, pipeline, workspace };
  const order = workOrder(parts);
  removeOuts(stage, workspace, pipeline);
  const secrets = secretsOf(order, workspace.environment);
  const clean = <Value>(value: Value): Value => redactAll(value, secrets);
  const told = await context.executor.execute(order, {
    retries: stage.retries,
    signal: signalFor(stage, context),
    onProgress: (progress) => emit({ type: 'stage-progress', stage: stage.name, progress: clean(progress) }),
    onRetry: (attempt, message) =>
      emit({ type: 'stage-retrying', stage: stage.name, attempt, message: clean(message) }),
  });
  const completion = clean(told);
  const committed = await commitExecution({ run: context.run, parts, order, completion, because }, context.known);
  return ended(subject, committed, because, context);
};

const signalFor = ({ name }: Stage, { signal, steering }: RunContext): AbortSignal =>
  steering === undefined ? signal : AbortSignal.any([signal, steering.pointless(name)]);

const ended = (
  { stage, fingerprint }: Subject,
  { record, stageRun, outs }: Committed,
  because: readonly string[],
  { workspace }: RunContext,
): StageOutcome => ({
  ...blank(stage, record.state, because),
  fingerprint: fingerprint.digest,
  stageRun,
  ...(outs && { outs }),
  ...(record.summary !== undefined && { summary: record.summary }),
  metrics: record.metrics as Record<string, MetricValue>,
  ...(record.failure !== undefined && { failure: failureOf(record, workspace) }),
});

const failureOf = (record: Committed['record'], workspace: Workspace): StageFailure => ({
  message: record.failure!,
  ...(record.exit.code !== undefined && { exitCode: record.exit.code }),
  ...(record.exit.signal !== undefined && { signal: record.exit.signal }),
  output: record.log === null ? [] : lastLines(logFile(record.log, workspace.folders)),
  ...(record.log !== null && { log: logFile(record.log, workspace.folders).slice(workspace.project.root.length + 1) }),
});

const linesShown = 20;

/** Of a log of any size only the end is read. */
const lastLines = (file: string): string[] => {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const end = Buffer.alloc(Math.min(size, bytesShown));
    readSync(handle, end, 0, end.length, size - end.length);
    return end.toString().trimEnd().split('\n').slice(-linesShown);
  } finally {
    closeSync(handle);
  }
};

const bytesShown = 1 << 16;

/** A problem that belongs to the user's machine or project, as one line; undefined for a bug, which has to be thrown. */
export const expectedProblem = (error: unknown): string | undefined => {
  if (error instanceof InputProblem) return error.hint ? `${error.message} (${error.hint})` : error.message;
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && code in systemProblems) return `${systemProblems[code]}${path ? `: ${path}` : ''}`;
  // What Node says where it makes folders on a read-only file system.
  if (code === 'ENOENT' && syscall === 'mkdir') return `the folder cannot be made: ${path}`;
  if (syscall !== undefined) return message;
  return error instanceof Error && error.name === 'CodeProblem' ? message : undefined;
};

const systemProblems: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EMFILE: 'too many files are open',
  EIO: 'the disk reported an error',
};
