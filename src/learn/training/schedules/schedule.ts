import type { EpochRecord } from '../../../types/generated/history.ts';

/**
 * How the learning rate moves: the share of its peak that a step has, at least 0, and 1 at the peak.
 *
 * @param step of the optimizer, from 0 over the whole training.
 * @param epochs what was recorded before the epoch of the step.
 */
export type Schedule = (step: number, epochs: readonly EpochRecord[]) => number;

/** A schedule that follows from the step alone. */
export type Curve = (step: number) => number;
