import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryOwner } from '../fingerprint/replace-file.ts';
import type { Workspace } from '../plan/workspace.ts';
import type { Acquired } from '../store/lock.ts';
import { identify, isAlive, type ProcessIdentity } from '../store/process-identity.ts';
import { endOrphan } from './process.ts';

/**
 * Clears what a killed run left: its stages' processes, their work folders, half-written files.
 * To be called by the holder of the project's lock, since then no one else's work is under way.
 */
export const clearLeftovers = ({ folders, project }: Workspace, { afterCrash }: Acquired): void => {
  const works = namesIn(folders.work).map((name) => join(folders.work, name));
  if (works.length > 0) endOrphans(project.root, works);
  for (const work of works) rmSync(work, { recursive: true, force: true });
  // A process that is killed while it asks for the lock leaves its name for it here.
  sweep(folders.store, 'here');
  if (afterCrash) sweep(project.artifacts, 'below');
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
    return Number.isInteger(pid) && pid > 1 ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
};
