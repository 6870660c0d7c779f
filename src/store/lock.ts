import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile, temporaryName } from '../fingerprint/replace-file.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** What is known of the holder before us. */
export interface Acquired {
  /** It ended without giving the lock back, and so without tidying up. */
  readonly afterCrash: boolean;
}

/**
 * One at a time holds a lock. It is a file that names its holder; that of a dead process is taken over.
 *
 *     absent ── link ──▶ ours          (link fails where a file is: two cannot both succeed)
 *     a live holder's ── wait ──▶ absent
 *     a dead holder's ── replace, as the holder of a second lock ──▶ ours
 *
 * A dead holder's is never absent in between: if we are killed then, the next one still learns that there was a crash.
 */
export const withLock = async <Value>(
  file: string,
  work: (acquired: Acquired) => Promise<Value> | Value,
  options: LockOptions,
): Promise<Value> => {
  const acquired = await acquireLock(file, options);
  try {
    return await work(acquired);
  } finally {
    releaseLock(file);
  }
};

export interface LockOptions {
  /** Called once, with the holder's process number, when there is one to wait for. */
  readonly onWait: (holder: number) => void;
  /** Ends the waiting, with `Interrupted`. */
  readonly signal: AbortSignal;
}

/** For what is held in turns by several parts of a process: `releaseLock` has to follow. */
export const acquireLock = async (file: string, { onWait, signal }: LockOptions): Promise<Acquired> => {
  let told = false;
  for (let found = tryLock(file); ; found = tryLock(file)) {
    if (found.kind === 'acquired') return found;
    if (found.kind === 'changing') continue;
    if (!told) onWait(found.holder);
    told = true;
    await pause(waitBetween, signal);
  }
};

export const releaseLock = (file: string): void => rmSync(file, { force: true });

/** Takes a lock if nobody alive holds it, and waits for nobody. */
export const tryLock = (file: string): LockAttempt => {
  if (take(file)) return { kind: 'acquired', afterCrash: false };
  const holder = holderOf(file);
  if (holder === 'absent') return { kind: 'changing' };
  if (isHeld(holder)) return { kind: 'held', holder: holder.pid };
  return replaceDead(file) ? { kind: 'acquired', afterCrash: true } : { kind: 'changing' };
};

export type LockAttempt =
  | ({ readonly kind: 'acquired' } & Acquired)
  | { readonly kind: 'held'; readonly holder: number }
  /** Somebody else takes it or gives it back at this moment. */
  | { readonly kind: 'changing' };

const waitBetween = 20;

/** Whether it is this process that holds a lock. */
export const holds = (file: string, { pid, started }: ProcessIdentity): boolean => {
  const holder = holderOf(file);
  return isHeld(holder) && holder.pid === pid && holder.started === started;
};

const take = (file: string): boolean => {
  const mine = temporaryName(file);
  try {
    writeMine(mine);
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
};

type Holder = ProcessIdentity | 'absent' | 'damaged';

const holderOf = (file: string): Holder => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent';
    throw error;
  }
  try {
    const { pid, started } = JSON.parse(text) as ProcessIdentity;
    return Number.isInteger(pid) ? { pid, started } : 'damaged';
  } catch {
    return 'damaged';
  }
};

/** A lock is linked into place whole: one that names nobody was damaged, and holds nothing. */
const isHeld = (holder: Holder): holder is ProcessIdentity => typeof holder === 'object' && isAlive(holder);

/**
 * Two may find the same dead holder, and the second must not remove the lock that the first has taken since: so only
 * the holder of a lock on replacing looks again, and replaces what is still dead. Returns whether the lock is ours.
 */
const replaceDead = (file: string): boolean => {
  const replacing = `${file}.replacing`;
  if (take(replacing)) {
    const holder = holderOf(file);
    const dead = holder !== 'absent' && !isHeld(holder);
    if (dead) replaceFile(file, me());
    rmSync(replacing, { force: true });
    return dead;
  }
  const other = holderOf(replacing);
  if (other !== 'absent' && !isHeld(other)) rmSync(replacing, { force: true });
  return false;
};

/** The folder is there but for the first time. */
const writeMine = (file: string): void => {
  try {
    writeFileSync(file, me());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, me());
  }
};

const me = (): string => {
  identity ??= JSON.stringify(identify(process.pid));
  return identity;
};

let identity: string | undefined;

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const interrupt = () => {
      clearTimeout(timer);
      reject(new Interrupted());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', interrupt);
      resolve();
    }, milliseconds);
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
  });

/** The user asked to stop before the run began. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
