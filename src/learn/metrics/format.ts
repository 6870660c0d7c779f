import type { Interval } from './interval.ts';

/**
 * A metric as people read it: three decimals from 0.001 to 1,000, else three significant digits; whole numbers from 1,000
 * on as they are. A number that is not 1 never reads as `1.000`, nor one that is not 0 as `0.000`.
 */
export const formatMetric = (value: number): string => {
  const size = Math.abs(value);
  if (value === 0 || size === 1) return value.toFixed(3);
  if (size >= 1000 && Number.isSafeInteger(value)) return String(value);
  if (size >= 1000 || size < 0.001) return String(Number(value.toPrecision(3)));
  let decimals = 3;
  while (decimals < 12 && Math.abs(Number(value.toFixed(decimals))) === 1) decimals += 1;
  return value.toFixed(decimals);
};

/** How numbers that stand side by side are written. */
export type Say = (value: number) => string;

/**
 * How numbers that are read together are written, as a value with its bounds: all with the same decimals, three or as many
 * more as it takes, up to six or three significant digits of the largest, so that each reads as `formatMetric` promises.
 * Where that many do not do, as for 0.4 beside 1e-9, each is written for itself.
 *
 * @param values those numbers; what is no finite number has no say.
 * @param isClear whether people can read a way to write them; without it, whatever that promise asks.
 */
export const alike = (values: readonly number[], isClear: (say: Say) => boolean = () => true): Say => {
  const told = values.filter(Number.isFinite);
  const largest = told.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest >= 1000) return wholes(largest, told);
  const least = largest === 0 || largest >= 0.001 ? 3 : 2 - Math.floor(Math.log10(largest));
  if (least > 8) return formatMetric;
  for (let decimals = least; decimals <= Math.max(6, least); decimals += 1) {
    const say: Say = (value) => value.toFixed(decimals);
    if (told.every((value) => keepsPromise(value, say)) && isClear(say)) return say;
  }
  return formatMetric;
};

/** Of numbers from 1,000 on the last digits do not count: three significant digits of the largest. */
const wholes = (largest: number, told: readonly number[]): Say => {
  const unit = told.every(Number.isSafeInteger) ? 1 : 10 ** Math.max(0, Math.floor(Math.log10(largest)) - 2);
  const say: Say = (value) => String(Math.round(value / unit) * unit);
  return told.every((value) => keepsPromise(value, say)) ? say : formatMetric;
};

const keepsPromise = (value: number, say: Say): boolean => {
  const read = Math.abs(Number(say(value)));
  return (read !== 0 && read !== 1) || read === Math.abs(value);
};

/** A metric and its bounds, all with the same decimals. */
export const sayInterval = ({ value, low, high }: Interval): Readonly<Record<keyof Interval, string>> => {
  const say = alike([value, low, high]);
  return { value: say(value), low: say(low), high: say(high) };
};

/** The same in one: `0.988 [0.986, 0.990]`. */
export const formatInterval = (interval: Interval): string => {
  const { value, low, high } = sayInterval(interval);
  return `${value} [${low}, ${high}]`;
};

/** The same of a difference, with its sign: `+0.0020 [−0.0002, +0.0030]`. */
export const formatDifference = ({ value, low, high }: Interval): string => {
  const say = signed(alike([value, low, high]));
  return `${say(value)} [${say(low)}, ${say(high)}]`;
};

/** Of a difference, always with its sign: `+0.003`. */
export const signed =
  (say: Say): Say =>
  (value) =>
    `${value > 0 ? '+' : value < 0 ? '−' : '±'}${say(Math.abs(value))}`;
