import { wave } from './cosine.ts';
import type { Curve } from './schedule.ts';

export interface OneCycleOptions {
  /** T: steps of the whole cycle, above 0. */
  readonly span: number;
  /** Share of the steps on which the rate climbs, in (0, 1); of three phases below 1/2. */
  readonly up: number;
  /** The peak as a multiple of the first rate, at least 1. */
  readonly division: number;
  /** The first rate as a multiple of the last one, at least 1. */
  readonly finalDivision: number;
  readonly anneal: 'cos' | 'linear';
  /** Three: down to the first rate as it went up, then to the last one; two: down to the last one. */
  readonly phases: 2 | 3;
}

/**
 * One cycle of T steps: from 1 / division up to the peak at step up · T − 1, and down to
 * 1 / (division · finalDivision) at step T − 1, where it stays: as PyTorch's OneCycleLR, of the rate alone.
 *
 * @see L. N. Smith, N. Topin: Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates, 2018.
 */
export const oneCycle = (options: OneCycleOptions): Curve => {
  const between = options.anneal === 'cos' ? wave : (share: number) => 1 - share;
  const corners = cornersOf(options);
  return (step) => {
    const next = corners.findIndex(({ at }) => step <= at);
    const [from, to] = [corners[next - 1], corners[next]];
    if (to === undefined) return corners.at(-1)!.share;
    if (from === undefined) return to.share;
    return to.share + (from.share - to.share) * between((step - from.at) / (to.at - from.at));
  };
};

/** Where phases begin and end. */
const cornersOf = ({ span, up, division, finalDivision, phases }: OneCycleOptions) => {
  const [first, last] = [1 / division, 1 / division / finalDivision];
  return [
    { at: 0, share: first },
    { at: up * span - 1, share: 1 },
    ...(phases === 3 ? [{ at: 2 * up * span - 2, share: first }] : []),
    { at: span - 1, share: last },
  ];
};
