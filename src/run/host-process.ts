import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { execa as Execa } from 'execa';
import { packageRoot } from '../load/project.ts';
import type { Grant } from './grant.ts';
import { surroundings, type WorkOrder } from './order.ts';

/** Where the program that runs stage modules is started, and what it finds there before it knows of an order. */
export interface HostPlace {
  /** Absolute path of the project: the process's working folder. */
  readonly root: string;
  /** All of its environment but what names the order. */
  readonly environment: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Stage code gets no environment but what starts a process: what it needs are params. */
export const hostPlace = (
  order: Pick<WorkOrder, 'env'>,
  { root, environment, grant }: { readonly root: string; readonly environment: Environment; readonly grant: Grant },
): HostPlace => ({
  root,
  environment: {
    ...surroundings(order, environment),
    // libuv's threads decode images and read files: four, unless the process is started with another number. Which of
    // them does a piece of work decides nothing, so this is the machine's matter and in no fingerprint.
    UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())),
    ...grant.environment,
  },
});

/** The program; it finds its order by the environment, or waits to be told of one. */
export const hostFile = (): string => join(packageRoot(), 'dist', 'stage-host.js');

/**
 * Starts it in a process group of its own, with its output going into the open file `log`. `given` names its order;
 * without that it waits.
 */
export const startHost = (
  execa: typeof Execa,
  { root, environment }: HostPlace,
  { log, given }: { readonly log: number; readonly given?: Readonly<Record<string, string>> },
) =>
  execa(process.execPath, ['--enable-source-maps', hostFile()], {
    ...common(root),
    env: { ...environment, ...given },
    // execa takes any descriptor; its types know the standard ones alone.
    stdio: ['ignore', log as 1, log as 1, 'ipc'],
  });

export type HostProcess = ReturnType<typeof startHost>;

/** How every process of a stage is started. */
export const common = (root: string) =>
  ({ cwd: root, reject: false, detached: true, buffer: false, cleanup: false, extendEnv: false }) as const;

/** What a host that waits is told. */
export interface HostMessage {
  readonly type: 'order';
  /** The variables that name it. */
  readonly environment: Readonly<Record<string, string>>;
}
