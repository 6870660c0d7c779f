import fc from 'fast-check';
import { expect } from 'vitest';
import { isNight, seedOfRun } from '../rig/depth.ts';
import { emptyTally, type Tally } from './watcher.ts';

const scale = isNight ? 10 : 1;

/** For vitest: how long a property may take, ms. A case that is being shrunk is told before that. */
export const patience = 930_000 * scale;

/**
 * How many of so many cases are tried: all by night (ten times over, see `hold`), one in twelve by day. They are other
 * ones for each commit, and what one run misses the next may find.
 */
export const byDay = (cases: number): number => (isNight ? cases : Math.ceil(cases / 12));

/**
 * Holds a property against `runs` random cases, by night ten times as many; `seedOfRun` draws them.
 * A failure tells its seed; with that in STEMMA_SEED, the same cases come again.
 */
export const hold = async <Case>(
  cases: fc.Arbitrary<Case>,
  runs: number,
  property: (value: Case) => Promise<void>,
): Promise<void> => {
  const seed = seedOfRun();
  const details = await fc.check(fc.asyncProperty(cases, property), {
    seed,
    numRuns: runs * scale,
    interruptAfterTimeLimit: patience - 30_000 * scale,
    markInterruptAsFailure: true,
  });
  if (!details.failed) return;
  throw new Error(`${await fc.asyncDefaultReportMessage(details)}\n\nSTEMMA_SEED=${seed} repeats it`);
};

/** What happened in several properties. */
export const sumOf = (tallies: readonly Tally[]): Tally => {
  const sum = emptyTally();
  for (const tally of tallies) for (const [what, times] of Object.entries(tally)) sum[what as keyof Tally] += times;
  return sum;
};

/** What has to happen now and then, lest the property holds of nothing. */
export const expectVaried = (tally: Tally): void => {
  for (const [what, times] of Object.entries(tally)) expect(times, `how often: ${what}`).toBeGreaterThan(0);
};
