import { setImmediate } from 'node:timers/promises';

/**
 * Lets the process do what else waits for it, as hear of a cancellation, once the loop has held it for 50 ms. Nobody sees so
 * short a wait; and to let go after each reading adds up, where ten steps take a few milliseconds.
 */
export const lettingGo = (): (() => Promise<void>) => {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longestHold) return;
    await setImmediate();
    since = performance.now();
  };
};

/** In milliseconds. */
const longestHold = 50;
