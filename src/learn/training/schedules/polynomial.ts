import type { Curve } from './schedule.ts';

export interface PolynomialOptions {
  /** T: steps until the end, above 0. */
  readonly span: number;
  /** Above 0; 1 is a straight line. */
  readonly power: number;
  /** Share of the peak at the end, in [0, 1]. */
  readonly alpha: number;
  /** Whether it begins anew after its end, each time from a lower peak; else it stays there. */
  readonly cycle: boolean;
}

/**
 * α + (1 − α) · (1 − s / T)^power up to step T. With cycles T is stretched to its next multiple at or after s: as Keras's
 * PolynomialDecay.
 */
export const polynomial =
  ({ span, power, alpha, cycle }: PolynomialOptions): Curve =>
  (step) => {
    const end = cycle ? span * Math.max(1, Math.ceil(step / span)) : span;
    return alpha + (1 - alpha) * (1 - Math.min(step, end) / end) ** power;
  };
