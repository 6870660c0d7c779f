import type { Interval } from './interval.ts';

/**
 * A metric as people read it: three decimals from 0.001 to 1,000, else three significant digits. A number that is not 1
 * never reads as `1.000`, nor one that is not 0 as `0.000`.
 */
export const formatMetric = (value: number): string => {
  const size = Math.abs(value);
  if (value === 0 || size === 1) return value.toFixed(3);
  if (size >= 1000 || size < 0.001) return String(Number(value.toPrecision(3)));
  let decimals = 3;
  while (decimals < 12 && Math.abs(Number(value.toFixed(decimals))) === 1) decimals += 1;
  return value.toFixed(decimals);
};

/** A metric with its bounds: `0.988 [0.986, 0.990]`. */
export const formatInterval = ({ value, low, high }: Interval): string =>
  `${formatMetric(value)} [${formatMetric(low)}, ${formatMetric(high)}]`;
