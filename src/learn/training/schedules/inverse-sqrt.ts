import type { Curve } from './schedule.ts';

/**
 * √(τ / (τ + s)): after a warm-up of τ steps that is the rate of the Transformer, which falls as 1 / √(all steps so far).
 *
 * @param timescale τ: steps after which the rate has fallen to 1 / √2 of the peak, above 0.
 * @see A. Vaswani et al.: Attention Is All You Need, NeurIPS 2017, section 5.3.
 */
export const inverseSqrt =
  (timescale: number): Curve =>
  (step) =>
    Math.sqrt(timescale / (timescale + step));
