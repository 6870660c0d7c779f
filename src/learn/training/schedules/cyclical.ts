import type { Curve } from './schedule.ts';

export type CyclicalMode = 'triangular' | 'triangular2' | 'exp_range';

export interface CyclicalOptions {
  readonly mode: CyclicalMode;
  /** Steps from the lowest rate to the highest: half a cycle, above 0. */
  readonly halfSteps: number;
  /** The lowest rate, as a share of the peak, in [0, 1]. */
  readonly alpha: number;
  /** What is left of the height after each step, in (0, 1]; of `exp_range`. */
  readonly gamma: number;
}

/**
 * Up and down in straight lines: α + (1 − α) · max(0, 1 − x) · h, with cycle c = ⌊1 + s / 2H⌋ and
 * x = |s / H − 2c + 1|. The height h is 1 (triangular), 1 / 2^(c − 1) (triangular2) or γˢ (exp_range).
 *
 * @see L. N. Smith: Cyclical Learning Rates for Training Neural Networks, WACV 2017.
 */
export const cyclical =
  ({ mode, halfSteps, alpha, gamma }: CyclicalOptions): Curve =>
  (step) => {
    const cycle = Math.floor(1 + step / (2 * halfSteps));
    const off = Math.abs(step / halfSteps - 2 * cycle + 1);
    const height = mode === 'triangular' ? 1 : mode === 'triangular2' ? 0.5 ** (cycle - 1) : gamma ** step;
    return alpha + (1 - alpha) * Math.max(0, 1 - off) * height;
  };
