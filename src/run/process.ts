import { closeSync, openSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { execa as Execa } from 'execa';
import type { Sampler } from '../machine/sampler/sampler.ts';
import { identify, isAlive, type ProcessIdentity } from '../store/process-identity.ts';
import type { HardwareRecord } from '../types/generated/stage-run.ts';
import type { Grant } from './grant.ts';
import { isStageMessage, type StageMessage } from './messages.ts';
import { commandEnvironment, type WorkOrder } from './order.ts';
import { openStreams } from './streams.ts';

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
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
  /** Absolute path of the program that runs stage modules. */
  readonly host: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly grant: Grant;
  /** Absolute path of the folder for what is watched; a module's alone. */
  readonly observations?: string;
  readonly signal: AbortSignal;
  readonly onMessage: (message: StageMessage) => void;
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
  const log = openSync(join(root, order.work, 'log'), 'w');
  const why = { timedOut: false, cancelled: false };
  const release: (() => void)[] = [() => closeSync(log)];
  try {
    // Loaded when the first process is started: a run that executes nothing pays for every module.
    const { execa } = await import('execa');
    // Of what computes on a backend, people want to know what it took of the machine, and what held it up.
    const startSampler = order.backend === undefined ? undefined : await samplerOf(request);
    const child = spawn(execa, request, log);
    if ('startFailure' in child) return { ...why, ...child, seconds: 0 };
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
    const result = await child;
    const seconds = (performance.now() - started) / 1000;
    const hardware = await sampler?.end();
    return { ...why, ...ending(result), seconds, ...(hardware && { hardware }) };
  } finally {
    for (const step of release) step();
  }
};

const samplerOf = async ({ order, environment, grant }: ProcessRequest): Promise<(group: number) => Sampler> => {
  const { startSampler } = await import('../machine/sampler/sampler.ts');
  const given = { ...moduleEnvironment(order, environment), ...grant.environment };
  const visibleGpus = given['CUDA_VISIBLE_DEVICES'];
  return (group) => startSampler({ group, environment, visibleGpus });
};

const spawn = (execa: typeof Execa, request: ProcessRequest, log: number) => {
  const { order, root, host, environment, grant, onMessage } = request;
  const { program } = order;
  const base = { cwd: root, reject: false, detached: true, buffer: false, cleanup: false } as const;
  // execa takes any descriptor; its types know the standard ones alone.
  const quiet = ['ignore', log as 1, log as 1] as const;
  if (program.kind === 'module') {
    const argv = ['--enable-source-maps', host, join(root, order.work, 'order.json')];
    const watched = request.observations === undefined ? {} : { STEMMA_OBSERVATIONS: request.observations };
    const env = { ...moduleEnvironment(order, environment), ...grant.environment, ...watched };
    const child = execa(process.execPath, argv, { ...base, env, extendEnv: false, stdio: [...quiet, 'ipc'] });
    child.on('message', (message) => {
      if (isStageMessage(message)) onMessage(message);
    });
    return child;
  }
  const streams = openStreams(program, { root, log });
  if (typeof streams === 'string') return { startFailure: streams };
  const env = { ...commandEnvironment(order, environment), ...grant.environment };
  const [file, ...argv] = program.kind === 'argv' ? program.argv : ['/bin/sh', '-c', program.line];
  try {
    const stdio = streams.stdio as readonly ['ignore', 1, 1];
    return execa(file!, argv, { ...base, env, extendEnv: false, stdio: [...stdio] });
  } finally {
    // The process has its own.
    streams.close();
  }
};

/** Stage code gets no environment but what starts a process: what it needs are params. */
const moduleEnvironment = (order: WorkOrder, environment: ProcessRequest['environment']): Record<string, string> => ({
  ...commandEnvironment({ ...order, deps: {}, outs: {}, params: {} }, environment),
  // libuv's threads decode images and read files: four, unless the process is started with another number. Which of them
  // does a piece of work decides nothing, so this is the machine's matter and in no fingerprint.
  UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())),
});

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
