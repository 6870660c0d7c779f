import type { Schedule } from './schedule.ts';

/**
 * A straight climb before a schedule: (s + 1) / climb in its steps, then the schedule, from its own step 0.
 *
 * @param climb steps; 0 is none.
 * @see P. Goyal et al.: Accurate, Large Minibatch SGD, 2017.
 */
export const afterWarmup =
  (climb: number, schedule: Schedule): Schedule =>
  (step, epochs) =>
    step < climb ? (step + 1) / climb : schedule(step - climb, epochs);
