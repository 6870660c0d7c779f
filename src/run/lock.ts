import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryName } from '../fingerprint/replace-file.ts';
import { identify, isAlive, type ProcessIdentity } from './process.ts';

/**
 * One run at a time in a project. The lock is a file that names its holder; that of a dead process is taken over.
 *
 *     absent ── link ──▶ ours          (link fails where a file is: two cannot both succeed)
 *     a live holder's ── wait ──▶ absent
 *     a dead holder's ── rename aside ──▶ absent
 */
export const withLock = async <Value>(
  file: string,
  work: () => Promise<Value>,
  options: { readonly onWait: (holder: number) => void; readonly signal: AbortSignal },
): Promise<Value> => {
  mkdirSync(dirname(file), { recursive: true });
  await acquire(file, options);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};

const acquire = async (
  file: string,
  { onWait, signal }: { readonly onWait: (holder: number) => void; readonly signal: AbortSignal },
): Promise<void> => {
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    // A lock is linked into place whole: one that names nobody was damaged, and holds nothing.
    if (holder === undefined) rmSync(file, { force: true });
    else if (!isAlive(holder)) removeDead(file, holder);
    if (holder === undefined || !isAlive(holder)) continue;
    if (!told) onWait(holder.pid);
    told = true;
    await pause(waitBetween, signal);
  }
};

const waitBetween = 50;

const take = (file: string): boolean => {
  const mine = temporaryName(file);
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
};

const holderOf = (file: string): ProcessIdentity | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
};

/** Two may find the same dead holder: whoever moves away a lock that is no longer the dead one's puts it back. */
const removeDead = (file: string, dead: ProcessIdentity): void => {
  const aside = temporaryName(file);
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = holderOf(aside);
  if (moved?.pid !== dead.pid || moved.started !== dead.started) linkIfFree(aside, file);
  rmSync(aside, { force: true });
};

const linkIfFree = (from: string, to: string): void => {
  try {
    linkSync(from, to);
  } catch {
    // A third has the lock now; the one that was moved will find so when it looks.
  }
};

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Interrupted());
    });
  });

/** The user asked to stop before the run began. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
