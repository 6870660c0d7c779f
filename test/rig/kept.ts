import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { TestProject } from './project.ts';
import {
  type Ended,
  environmentOf,
  program,
  type Run,
  runOf,
  type StartOptions,
  stemma as startOne,
  succeeded,
} from './stemma.ts';

// The verbs of stemma.ts, by processes that are kept: each carries out one command line after the other, with the same
// program by the same words. Most of what a run of a small pipeline costs is the start of Node and the loading of
// modules; tests that run hundreds of pipelines to see what stands on the disk afterwards need that once. Where the
// process itself is what is tested (its end, its signals, what it knows at its start), it is started: stemma.ts. So are
// `predict` and `serve`, whose answers do not go through `process.stdout.write`.

/** One that asks for options of Node itself is started. */
export const stemma = (project: TestProject, args: readonly string[], options: StartOptions = {}): Promise<Ended> =>
  options.node === undefined ? carryOut(project, args, options.env ?? {}) : startOne(project, args, options);

const carryOut = (project: TestProject, args: readonly string[], env: object): Promise<Ended> => {
  const kept = idle.pop() ?? start();
  hold(kept);
  kept.send({ root: project.root, args, env: { ...environmentOf(project), ...env } });
  return new Promise((resolve) => {
    const [stdout, stderr] = [collect(kept.stdout!), collect(kept.stderr!)];
    const settle = (ended: Ended) => {
      kept.off('message', onMessage).off('close', onClose);
      resolve({ ...ended, stdout: withoutLast(ended.stdout), stderr: withoutLast(ended.stderr) });
    };
    const onMessage = (told: object) => {
      letGo(kept);
      idle.push(kept);
      settle({ ...(told as Omit<Ended, 'signal'>), signal: undefined });
    };
    // It has exited where others just end, or was killed: the next one is a new one.
    const onClose = (code: number | null, signal: string | null) =>
      settle({ exitCode: code ?? undefined, signal: signal ?? undefined, stdout: stdout(), stderr: stderr() });
    kept.on('message', onMessage).on('close', onClose);
  });
};

export const run = async (project: TestProject, args: readonly string[] = [], options?: StartOptions): Promise<Run> =>
  runOf(await stemma(project, ['run', '--json', ...args], options));

export const runWell = async (project: TestProject, args?: readonly string[], options?: StartOptions): Promise<Run> =>
  succeeded(await run(project, args, options));

const idle: ChildProcess[] = [];

const keptProgram = fileURLToPath(new URL('./kept.mjs', import.meta.url));

const start = (): ChildProcess =>
  fork(keptProgram, [program], {
    cwd: '/',
    // Each command line brings its own.
    env: {},
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });

const hold = (kept: ChildProcess): void => {
  kept.ref();
  kept.channel!.ref();
};

/** All that is printed past the messages, up to the call. */
const collect = (stream: Readable): (() => string) => {
  const chunks: Buffer[] = [];
  stream.removeAllListeners('data').on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
};

/** What is kept keeps nobody: it ends with the process of the tests. */
const letGo = (kept: ChildProcess): void => {
  kept.unref();
  kept.channel!.unref();
};

/** As execa hands texts on. */
const withoutLast = (text: string): string => text.replace(/\n$/, '');
