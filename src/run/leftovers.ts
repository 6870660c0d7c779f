import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { temporaryOwner } from '../fingerprint/replace-file.ts';
import type { Workspace } from '../plan/workspace.ts';
import { type Acquired, releaseLock, tryLock } from '../store/lock.ts';
import { identify, isAlive, type ProcessIdentity } from '../store/process-identity.ts';
import { endOrphan } from './process.ts';

/**
 * Clears what killed runs left: their stages' processes, work folders, half-written files. What a run that is alive
 * works on is not touched: it holds the lock on the stage.
 */
export const clearLeftovers = (workspace: Workspace, { afterCrash }: Acquired): void => {
  const { folders, locks, project } = workspace;
  const stages = namesIn(folders.work).map((name) => join(locks.stages, name.slice(0, nameLength)));
  const taken = [...new Set([...stages, ...locksBelow(locks.folder)])].filter(isOurs);
  try {
    const works = taken
      .filter((lock) => dirname(lock) === locks.stages)
      .map((lock) => join(folders.work, basename(lock)));
    if (works.length > 0) endOrphans(project.root, works);
    for (const work of works.flatMap((path) => [path, `${path}.old`])) rmSync(work, { recursive: true, force: true });
  } finally {
    for (const lock of taken) releaseLock(lock);
  }
  // A process that is killed while it asks for a lock leaves its name for it there.
  sweep(locks.folder, 'below');
  if (afterCrash || taken.length > 0) sweep(project.artifacts, 'below');
};

/** Of a fingerprint's hexadecimal digits, by which a work folder is named. */
const nameLength = 64;

const locksBelow = (folder: string): string[] =>
  entriesIn(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return locksBelow(path);
    return temporaryOwner(entry.name) === undefined ? [path] : [];
  });

/** Takes a lock that nobody alive holds. What changes at this moment is looked at again, but not for ever. */
const isOurs = (lock: string): boolean => {
  for (let round = 0; round < 3; round++) {
    const { kind } = tryLock(lock);
    if (kind !== 'changing') return kind === 'acquired';
  }
  return false;
};

const endOrphans = (root: string, works: readonly string[]): void => {
  // Again, since what was found may have started others before it was ended; not for ever, since one may hang.
  for (let round = 0; round < 3; round++) {
    const orphans = findOrphans(root, works).filter(isAlive);
    if (orphans.length === 0) return;
    for (const orphan of orphans) endOrphan(orphan);
  }
};

/** Processes that belong to work folders: those noted there, and those that can be told by their environment. */
const findOrphans = (root: string, works: readonly string[]): ProcessIdentity[] => {
  const noted = works.flatMap((work) => readIdentity(work) ?? []);
  const orders = new Set(works.map((work) => relative(root, join(work, 'order.json'))));
  // A runner that was killed between starting a process and noting it left no note.
  const met = namesIn('/proc').filter((pid) => /^\d+$/.test(pid) && orders.has(orderOf(pid, root) ?? ''));
  return [...noted, ...met.map((pid) => identify(Number(pid)))];
};

const orderOf = (pid: string, root: string): string | undefined => {
  try {
    if (readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(root)) return undefined;
    return /(?:^|\0)STEMMA_ORDER=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
};

/** Removes temporary files and folders of processes that are no more. */
const sweep = (folder: string, how: 'here' | 'below'): void => {
  for (const entry of entriesIn(folder)) {
    const path = join(folder, entry.name);
    const owner = temporaryOwner(entry.name);
    if (owner !== undefined) {
      if (owner === process.pid || !isAlive({ pid: owner, started: null }))
        rmSync(path, { recursive: true, force: true });
    } else if (how === 'below' && entry.isDirectory()) sweep(path, 'below');
  }
};

const entriesIn = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
};

const namesIn = (folder: string): string[] => entriesIn(folder).map(({ name }) => name);

const readIdentity = (work: string): ProcessIdentity | undefined => {
  try {
    const { pid, started } = JSON.parse(readFileSync(join(work, 'process.json'), 'utf8')) as ProcessIdentity;
    // A number alone may be another process's by now: where the system keeps notes, it is not enough to end one.
    const isTold = typeof started === 'string' || identify(process.pid).started === null;
    return Number.isInteger(pid) && pid > 1 && isTold ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
};
