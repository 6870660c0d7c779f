import type { Curve } from './schedule.ts';

export interface ExponentialOptions {
  /** What is left of the rate after each period, in (0, 1]. */
  readonly decayRate: number;
  /** Steps of a period, above 0. */
  readonly decaySteps: number;
  /** Whether the rate falls at once at the end of each period, or a little with each step. */
  readonly staircase: boolean;
}

/** decayRate ^ (s / decaySteps), of whole periods alone where it is a staircase; as Keras's ExponentialDecay. */
export const exponential =
  ({ decayRate, decaySteps, staircase }: ExponentialOptions): Curve =>
  (step) =>
    decayRate ** (staircase ? Math.floor(step / decaySteps) : step / decaySteps);
