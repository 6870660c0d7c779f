import { closeSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { execa as Execa } from 'execa';
import { temporaryName, temporaryOwner } from '../fingerprint/replace-file.ts';
import { isAlive } from '../store/process-identity.ts';
import { type HostPlace, type HostProcess, hostFile, startHost } from './host-process.ts';

/**
 * A stage host that was started before there was an order, so that a stage need not wait for Node's start. It is started
 * as any host is; what cannot be told to it afterwards decides whether it may be taken, and else a host is started anew:
 * - its environment, in all but the variables that name the order;
 * - the program, Node and the project's folder, as they are at that moment.
 * Nothing of a stage is loaded in it. It ends when we are gone, however that came about.
 */
export interface Spare {
  /** Starts one unless one waits. For the place where a stage was run first since the last call; else for `usual`. */
  readonly prepare: (usual: HostPlace) => void;
  /** The one that waits, if it is what would be started at `place`; its output has gone into `log` from its start on. */
  readonly take: (place: HostPlace, log: string) => HostProcess | undefined;
  readonly end: () => void;
}

interface Waiting {
  readonly child: HostProcess;
  readonly place: HostPlace;
  readonly programs: string;
  readonly log: string;
}

/** One for a project; `store` is the folder of its store, where the output of one that waits goes. */
export const createSpare = (store: string): Spare => {
  let waiting: Waiting | undefined;
  let last: HostPlace | undefined;
  let isFirst = true;
  let isEnded = false;

  const drop = (): void => {
    if (waiting === undefined) return;
    waiting.child.kill('SIGKILL');
    rmSync(waiting.log, { force: true });
    waiting = undefined;
  };

  const start = async (place: HostPlace): Promise<void> => {
    const { execa } = await import('execa');
    if (waiting !== undefined || isEnded) return;
    const begun = startWaiting(execa, place, store);
    waiting = begun;
    begun.child.once('exit', () => {
      if (waiting === begun) drop();
    });
  };

  return {
    prepare: (usual) => {
      isFirst = true;
      const place = last ?? usual;
      if (waiting !== undefined && !isAs(waiting, place)) drop();
      // Without one, stages start as they always do.
      if (waiting === undefined) start(place).catch(() => undefined);
    },
    take: (place, log) => {
      if (isFirst) last = place;
      isFirst = false;
      if (waiting === undefined || !isDeepStrictEqual(waiting.place, place)) return undefined;
      const taken = waiting;
      if (!isAs(taken, place) || !moved(taken.log, log)) {
        drop();
        return undefined;
      }
      waiting = undefined;
      taken.child.ref();
      taken.child.channel?.ref();
      return taken.child;
    },
    end: () => {
      isEnded = true;
      drop();
    },
  };
};

/** A watch and its process that were killed at once have left a log. */
const clearLogs = (store: string): void => {
  for (const name of readdirSync(store).filter((each) => each.startsWith(`${logName}.`))) {
    const owner = temporaryOwner(name);
    if (owner === process.pid || (owner !== undefined && !isAlive({ pid: owner, started: null })))
      rmSync(join(store, name), { force: true });
  }
};

const logName = 'spare';

const startWaiting = (execa: typeof Execa, place: HostPlace, store: string): Waiting => {
  clearLogs(store);
  const log = temporaryName(join(store, logName));
  const programs = programsOf(place);
  const descriptor = openSync(log, 'wx');
  try {
    const child = startHost(execa, place, { log: descriptor });
    // It alone keeps nobody from ending.
    child.unref();
    child.channel?.unref();
    return { child, place, programs, log };
  } finally {
    closeSync(descriptor);
  }
};

/** What a process that started a while ago has of the files that a new one would read. */
const programsOf = ({ root }: HostPlace): string => {
  const folder = statSync(root, { bigint: true });
  const files = [hostFile(), process.execPath].map((path) => statSync(path, { bigint: true }));
  return [folder, ...files]
    .map(({ dev, ino, mtimeNs, size }, at) => (at === 0 ? [dev, ino] : [dev, ino, mtimeNs, size]).join(' '))
    .join('\n');
};

/** Whether a host that is started now would be the same. */
const isAs = ({ place, programs }: Waiting, now: HostPlace): boolean => {
  try {
    return isDeepStrictEqual(place, now) && programs === programsOf(now);
  } catch {
    return false;
  }
};

const moved = (from: string, to: string): boolean => {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
};
