import { acquireLock, releaseLock } from './lock.ts';

/** A lock against other processes that the parts of this one hold together. */
export interface SharedLock {
  /** Does `work` while the lock is held. */
  hold<Value>(work: () => Promise<Value>): Promise<Value>;
}

/** The first part takes the lock, the last one gives it back. */
export const shareLock = (file: string): SharedLock => {
  let holders = 0;
  let taken: Promise<unknown> | undefined;
  const leave = (wasTaken: boolean) => {
    holders--;
    if (holders > 0) return;
    taken = undefined;
    if (wasTaken) releaseLock(file);
  };
  return {
    hold: async (work) => {
      holders++;
      taken ??= acquireLock(file, { onWait: () => {}, signal: never });
      await taken.catch((error: unknown) => {
        leave(false);
        throw error;
      });
      try {
        return await work();
      } finally {
        leave(true);
      }
    },
  };
};

// What is held so is held shortly; who waits for it has work at hand that must not be lost.
const never = new AbortController().signal;
