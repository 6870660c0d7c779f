import type { EpochRecord } from '../../../types/generated/history.ts';

/** How the learning rate moves. */
export interface Schedule {
  /**
   * The share of its peak that the rate has in a step: at least 0, and 1 at the peak.
   *
   * @param step of the optimizer, from 0 over the whole training.
   * @param epochs what was recorded before the epoch of the step.
   */
  readonly shareAt: Share;
  /** All that decides it, as a text: what has the same one can go on from each other's checkpoints. */
  readonly plan: string;
}

export type Share = (step: number, epochs: readonly EpochRecord[]) => number;

/** A schedule that follows from the step alone. */
export type Curve = (step: number) => number;
