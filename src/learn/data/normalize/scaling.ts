import { minMax } from './min-max.ts';
import type { Method } from './params.ts';
import { standard } from './standard.ts';
import type { Statistics } from './statistics.ts';

/** A normalized value is (value - center) / divisor. */
export interface Scaling {
  readonly center: number;
  /** Never 0: for a constant column it is 1, so that its value becomes 0 and others stay as far from it as they are. */
  readonly divisor: number;
}

/** The scaling that a method makes of train's statistics. */
export const scalingOf = (method: Method | 'none', statistics: Statistics): Scaling => {
  const { center, divisor } = scalings[method](statistics);
  return { center, divisor: divisor === 0 ? 1 : divisor };
};

const scalings: Readonly<Record<Method | 'none', (statistics: Statistics) => Scaling>> = {
  'min-max': minMax,
  standard,
  none: () => ({ center: 0, divisor: 1 }),
};
