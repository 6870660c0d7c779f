import type { Interval } from '../metrics/interval.ts';

/** Six digits: what a float32 has, and enough to draw. */
export const rounded = (value: number): number => Number(value.toPrecision(6));

export const roundedInterval = ({ value, low, high }: Interval): Interval => ({
  ...{ value: rounded(value), low: rounded(low), high: rounded(high) },
});
