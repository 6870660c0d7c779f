import type { Instruments } from '../../src/learn/cost/timing.ts';

/** Those of this machine. What they read is no secret of this stage: it is declared to measure. */
export const instruments: Instruments = {
  now: () => performance.now(),
  resident: () => process.memoryUsage.rss(),
  // libuv tells kilobytes.
  peak: () => process.resourceUsage().maxRSS * 1024,
};
