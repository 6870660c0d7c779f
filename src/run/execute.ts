import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Digest } from '../fingerprint/canonical.ts';
import type { Machine } from '../machine/machine.ts';
import type { ContentStore } from '../store/content.ts';
import type { JsonObject } from '../types/json.ts';
import type { GateVerdict, MetricValue, Progress, Rehearsal } from '../types/stage.ts';
import { type Grant, withGrant } from './grant.ts';
import type { StageMessage } from './messages.ts';
import { checkMetrics, readMetrics } from './metrics.ts';
import { manifestsFolder, type WorkOrder } from './order.ts';
import { type ProcessEnd, runProcess } from './process.ts';
import type { Spare } from './spare.ts';

/** What an executor hands back: the completion of a work order. The outs lie where the order said. */
export interface Completion {
  readonly ok: boolean;
  readonly end: ProcessEnd;
  readonly attempts: number;
  /** When the last attempt began and ended, ms since 1970. */
  readonly started: number;
  readonly ended: number;
  readonly summary?: string;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly telemetry: JsonObject;
  /** Names of the GPUs that it had for itself, where they are known. */
  readonly devices: readonly string[];
  /** What a gate told. */
  readonly verdict?: GateVerdict;
  /** What a rehearsal told. */
  readonly rehearsal?: Rehearsal;
  /** Why it failed, in one line. */
  readonly failure?: string;
  /** It failed since its backend cannot run it, and another one may. */
  readonly unfit?: string;
}

/** Carries out work orders. This machine's is `localExecutor`; a cluster's can stand in its place. */
export interface Executor {
  execute(order: WorkOrder, options: ExecuteOptions): Promise<Completion>;
}

export interface ExecuteOptions {
  /** Further attempts after a failed one. */
  readonly retries: number;
  readonly signal: AbortSignal;
  /** Folder for what is watched, relative to the project; absent: nobody watches. A module's alone. */
  readonly observations?: string;
  readonly onProgress: (progress: Progress) => void;
  readonly onRetry: (attempt: number, failure: string) => void;
  /** What the stage wants people to know, though it is no failure. */
  readonly onNotice: (message: string) => void;
}

export interface LocalOptions {
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly machine: () => Machine;
  /** Holds the manifests of the folders that orders have as deps. */
  readonly content: ContentStore;
  /** A process that waits for the next stage module. */
  readonly spare?: Spare;
}

/** Executes each order in a process of its own on this machine. */
export const localExecutor = (local: LocalOptions): Executor => ({
  execute: (order, options) =>
    withGrant(order, { ...local, ...options }, (grant) => attempts(order, { ...options, ...local, grant })),
});

const attempts = async (order: WorkOrder, options: Omit<AttemptOptions, 'attempt'>): Promise<Completion> => {
  for (let attempt = 1; ; attempt++) {
    const completion = await attemptOnce(order, { ...options, attempt });
    const final = completion.ok || completion.unfit !== undefined || options.signal.aborted;
    if (final || attempt > options.retries) return completion;
    options.onRetry(attempt + 1, completion.failure!);
  }
};

type AttemptOptions = ExecuteOptions & LocalOptions & { readonly grant: Grant; readonly attempt: number };

const attemptOnce = async (order: WorkOrder, options: AttemptOptions): Promise<Completion> => {
  await prepareWork(order, options);
  const told: Told = { metrics: {}, telemetry: {} };
  const started = Date.now();
  const onMessage = (message: StageMessage) => listen(message, told, options);
  const request = { ...options, order, onMessage };
  const waiting = await runProcess(request);
  if (waiting.neverBegan) await prepareWork(order, options);
  const end = waiting.neverBegan ? await runProcess(withoutSpare(request)) : waiting;
  const metrics =
    order.program.kind === 'module'
      ? checkMetrics(told.metrics)
      : readMetrics(join(options.root, order.work, 'metrics.json'));
  const failure = failureOf(end, order, told) ?? (typeof metrics === 'string' ? metrics : undefined);
  return {
    ok: failure === undefined,
    end,
    attempts: options.attempt,
    started,
    ended: Date.now(),
    ...(told.summary !== undefined && { summary: told.summary }),
    metrics: typeof metrics === 'string' ? {} : metrics,
    telemetry: told.telemetry,
    devices: options.grant.devices,
    ...(told.verdict !== undefined && { verdict: told.verdict }),
    ...(told.rehearsal !== undefined && { rehearsal: told.rehearsal }),
    ...(failure !== undefined && { failure }),
    ...(failure !== undefined && told.unfit !== undefined && { unfit: told.unfit }),
  };
};

/** A process that waited may have been ended by somebody: that is no failure of the stage. */
const withoutSpare = <Request extends { readonly spare?: Spare }>({ spare: _, ...request }: Request) => request;

/** An empty folder for outs, and the order itself, so that a program of any language can read it. */
const prepareWork = async (order: WorkOrder, { root, content }: LocalOptions): Promise<void> => {
  const work = join(root, order.work);
  clear(work);
  for (const path of Object.values(order.outs)) mkdirSync(dirname(join(root, path)), { recursive: true });
  mkdirSync(join(work, 'outs'), { recursive: true });
  for (const { path, links } of Object.values(order.deps)) if (links) linkFiles(join(root, path), links, root);
  writeFileSync(join(work, 'order.json'), JSON.stringify(order, null, 2));
  if (order.program.kind !== 'module') return;
  mkdirSync(join(work, manifestsFolder));
  for (const [name, { path, digest }] of Object.entries(order.deps))
    if (statSync(resolve(root, path), { throwIfNoEntry: false })?.isDirectory())
      await content.get(digest as Digest, join(work, manifestsFolder, name));
};

/** The files of a glob as one folder: links cost nothing, however large the files are. */
const linkFiles = (folder: string, links: Readonly<Record<string, string>>, root: string): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, file] of Object.entries(links)) {
    const link = join(folder, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(root, file)), link);
  }
};

// A folder is moved aside before it is emptied: what still writes into the old one does not reach the new one.
const clear = (work: string): void => {
  const old = `${work}.old`;
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(work, old);
  } catch {
    return;
  }
  rmSync(old, { recursive: true, force: true });
};

interface Told {
  summary?: string;
  metrics: Readonly<Record<string, MetricValue>>;
  telemetry: JsonObject;
  verdict?: GateVerdict;
  rehearsal?: Rehearsal;
  failure?: string;
  unfit?: string;
}

const listen = (message: StageMessage, told: Told, { onProgress, onNotice }: ExecuteOptions): void => {
  switch (message.type) {
    case 'progress':
      onProgress(message.progress);
      return;
    case 'summary':
      told.summary = message.line;
      return;
    case 'metrics':
      told.metrics = { ...told.metrics, ...message.values };
      return;
    case 'verdict':
      told.verdict = message.verdict;
      return;
    case 'telemetry':
      told.telemetry = { ...told.telemetry, ...message.values };
      return;
    case 'rehearsed':
      told.rehearsal = message.rehearsal;
      return;
    case 'failed':
      told.failure = message.message;
      return;
    case 'unfit':
      told.unfit = message.message;
      return;
    case 'notice':
      onNotice(message.message);
      return;
    case 'began':
    case 'ended':
      return;
  }
};

/** What native code that a stage loads ends its process with; no code in JavaScript does. */
const crashes: ReadonlySet<string> = new Set(['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE']);
const crash = ', as native code that crashes is: nothing is lost, and the same run again may pass';

const failureOf = (end: ProcessEnd, order: WorkOrder, told: Told): string | undefined => {
  if (end.startFailure !== undefined) return `could not be started: ${end.startFailure}`;
  if (end.cancelled) return 'cancelled';
  if (end.timedOut) return `took longer than its timeout of ${order.timeout} s`;
  if (end.signal !== undefined) return `was ended by ${end.signal}${crashes.has(end.signal) ? crash : ''}`;
  if (end.exitCode !== 0) return told.failure ?? `ended with exit code ${end.exitCode}`;
  if (order.verdict && told.verdict === undefined) return 'ended well, but gave no verdict';
  return undefined;
};
