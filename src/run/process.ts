import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sampler } from '../machine/sampler/sampler.ts';
import { identify, isAlive, type ProcessIdentity } from '../store/process-identity.ts';
import type { HardwareRecord } from '../types/generated/stage-run.ts';
import type { Grant } from './grant.ts';
import { hostPlace } from './host-process.ts';
import { launch } from './launch.ts';
import type { StageMessage } from './messages.ts';
import type { WorkOrder } from './order.ts';
import type { Spare } from './spare.ts';

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  /** A spare process that ended before it took the order: nothing of the stage has run. */
  readonly neverBegan?: true;
  /** Why it could not be started at all. */
  readonly startFailure?: string;
  readonly seconds: number;
  /** What a stage with a backend took of the machine. */
  readonly hardware?: HardwareRecord;
}

export interface ProcessRequest {
  readonly order: WorkOrder;
  /** Absolute path of the project: the process's working folder. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly grant: Grant;
  /** Folder for what is watched, relative to the project; a module's alone. */
  readonly observations?: string;
  readonly signal: AbortSignal;
  readonly onMessage: (message: StageMessage) => void;
  /** A process that may wait already for a stage module. */
  readonly spare?: Spare;
}

/** Seconds that a process has to end by itself after it was told to. */
const grace = 5;

/**
 * Runs the process of a work order in a process group of its own, its output going straight into `log`
 * (no pipe that could fill, nothing lost if we are killed). Ends the whole group when `signal` aborts or time is up.
 */
export const runProcess = async (request: ProcessRequest): Promise<ProcessEnd> => {
  const { order, root, signal } = request;
  const started = performance.now();
  const why = { timedOut: false, cancelled: false };
  const release: (() => void)[] = [];
  try {
    // Loaded when the first process is started: a run that executes nothing pays for every module.
    const { execa } = await import('execa');
    // Of what computes on a backend, people want to know what it took of the machine, and what held it up.
    const startSampler = order.backend === undefined ? undefined : await samplerOf(request);
    const launched = launch(execa, request);
    if ('startFailure' in launched) return { ...why, ...launched, seconds: 0 };
    const { child } = launched;
    const { pid } = child;
    if (pid !== undefined) {
      running.add(pid);
      // Its end is the end of what it started, whatever comes between.
      release.push(() => {
        running.delete(pid);
        signalGroup(pid, 'SIGKILL');
      });
      writeFileSync(join(root, order.work, 'process.json'), JSON.stringify(identify(pid)));
    }
    const sampler = pid === undefined ? undefined : startSampler?.(pid);
    const stop = (reason: 'timedOut' | 'cancelled') => () => {
      why[reason] = true;
      if (pid !== undefined) release.push(endGroup(pid));
    };
    const cancel = stop('cancelled');
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const timer = order.timeout === undefined ? undefined : setTimeout(stop('timedOut'), order.timeout * 1000);
    release.push(
      () => signal.removeEventListener('abort', cancel),
      () => clearTimeout(timer),
    );
    // Not before its note is written: from then on it may start others.
    launched.begin();
    const result = await child;
    const seconds = (performance.now() - started) / 1000;
    const hardware = await sampler?.end();
    const neverBegan = !launched.hasBegun() && !why.cancelled && !why.timedOut;
    return { ...why, ...(neverBegan && { neverBegan }), ...ending(result), seconds, ...(hardware && { hardware }) };
  } finally {
    for (const step of release) step();
  }
};

const samplerOf = async ({ order, root, environment, grant }: ProcessRequest): Promise<(group: number) => Sampler> => {
  const { startSampler } = await import('../machine/sampler/sampler.ts');
  const visibleGpus = hostPlace(order, { root, environment, grant }).environment['CUDA_VISIBLE_DEVICES'];
  return (group) => startSampler({ group, environment, visibleGpus });
};

interface Result {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly failed: boolean;
  readonly originalMessage?: string | undefined;
}

const ending = (result: unknown): Pick<ProcessEnd, 'exitCode' | 'signal' | 'startFailure'> => {
  const { exitCode, signal, originalMessage, code } = result as Result;
  if (exitCode !== undefined) return { exitCode };
  if (signal !== undefined) return { signal };
  return { startFailure: originalMessage ?? code ?? 'the process could not be started' };
};

// However we end, except by SIGKILL, no stage goes on without us: an error of ours, a second Ctrl-C.
const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
});

/** SIGTERM to a process group, and SIGKILL to what is left of it after the grace, unless that is called off. */
const endGroup = (pid: number): (() => void) => {
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), grace * 1000).unref();
  return () => clearTimeout(timer);
};

const signalGroup = (pid: number, signal: NodeJS.Signals): void => signalProcess(-pid, signal);

const signalProcess = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
};

/** Ends what a killed runner left running, with the process group that it leads, and returns when it is gone. */
export const endOrphan = (identity: ProcessIdentity): void => {
  if (isAlive(identity)) {
    signalGroup(identity.pid, 'SIGKILL');
    // Its group's leader may have ended long before it.
    signalProcess(identity.pid, 'SIGKILL');
  }
  // It could still write. A process that hangs in the kernel is not waited for.
  for (let waited = 0; isAlive(identity) && waited < 5000; waited++) Atomics.wait(clock, 0, 0, 1);
};

const clock = new Int32Array(new SharedArrayBuffer(4));
