/** How the learning rate moves while training. */
export interface Schedule {
  readonly name: 'constant' | 'cosine';
  /** Share of the horizon, in [0, 1), over which the rate climbs from 0 to its peak. */
  readonly warmup: number;
  /** Steps for which the schedule is made; after them the rate stays as it was at their end. */
  readonly horizon: number;
}

/**
 * The learning rate of a step.
 *
 * With peak p, horizon T and W = ⌊warmup · T⌋, for step s (from 0):
 *
 * - warm-up, s < W: p · (s + 1) / W
 * - constant: p
 * - cosine: p · (1 + cos(π · (s − W) / (T − W))) / 2 up to step T, then 0
 *
 * @param peak the optimizer's own rate.
 * @see I. Loshchilov, F. Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017 (one period of it).
 * @see P. Goyal et al.: Accurate, Large Minibatch SGD, 2017 (linear warm-up).
 */
export const rateAt = (step: number, peak: number, { name, warmup, horizon }: Schedule): number => {
  const climb = Math.floor(warmup * horizon);
  if (step < climb) return (peak * (step + 1)) / climb;
  if (name === 'constant') return peak;
  const progress = Math.min(1, (step - climb) / (horizon - climb));
  return (peak * (1 + Math.cos(Math.PI * progress))) / 2;
};

/** Whether the rate is the same at each step, whatever the horizon. */
export const isConstant = ({ name, warmup }: Schedule): boolean => name === 'constant' && warmup === 0;
