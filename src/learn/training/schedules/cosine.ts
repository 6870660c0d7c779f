import type { Curve } from './schedule.ts';

export interface CosineOptions {
  /** T: steps until the end, above 0. */
  readonly span: number;
  /** Share of the peak at the end, in [0, 1]. */
  readonly alpha: number;
}

/**
 * α + (1 − α) · (1 + cos(π · s / T)) / 2 up to step T, then α.
 *
 * @see I. Loshchilov, F. Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017 (one period of it).
 */
export const cosine =
  ({ span, alpha }: CosineOptions): Curve =>
  (step) =>
    alpha + (1 - alpha) * wave(Math.min(1, step / span));

export interface RestartOptions {
  /** Steps of the first period, above 0. */
  readonly firstSteps: number;
  /** By how much each period is longer than the one before, at least 1. */
  readonly lengthen: number;
  /** What is left of the peak in each next period, in (0, 1]. */
  readonly lower: number;
  /** Share of the peak at the end of a period, in [0, 1]. */
  readonly alpha: number;
}

/**
 * Cosine with warm restarts: in period i, which has firstSteps · lengthenⁱ steps, with f the share of it that is over:
 * α + (1 − α) · lowerⁱ · (1 + cos(π · f)) / 2, as Keras's CosineDecayRestarts.
 *
 * @see I. Loshchilov, F. Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017.
 */
export const cosineRestarts =
  ({ firstSteps, lengthen, lower, alpha }: RestartOptions): Curve =>
  (step) => {
    const [period, share] = periodAt(step / firstSteps, lengthen);
    return alpha + (1 - alpha) * lower ** period * wave(share);
  };

/** The period of a time in units of the first one, from 0, and the share of it that is over. */
const periodAt = (time: number, lengthen: number): readonly [number, number] => {
  if (lengthen === 1) return [Math.floor(time), time - Math.floor(time)];
  let [period, length, left] = [0, 1, time];
  while (left >= length) {
    left -= length;
    length *= lengthen;
    period += 1;
  }
  return [period, left / length];
};

/** From 1 to 0 while `share` goes from 0 to 1. */
export const wave = (share: number): number => (1 + Math.cos(Math.PI * share)) / 2;
