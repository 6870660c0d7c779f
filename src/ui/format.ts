import type { MetricValue } from '../types/stage.ts';

/**
 * A duration for people: `12 ms`, `0.4 s`, `41.8 s`, `3 min 12 s`, `2 h 05 min`.
 * `seconds` is at least 0; what is below 0 is shown as 0, since clocks can be set back.
 */
export const formatSeconds = (seconds: number): string => {
  if (seconds < 0.0995) return `${Math.round(Math.max(0, seconds) * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
};

/** A size in decimal units: `512 B`, `54.9 kB`, `11.6 MB`. */
export const formatBytes = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  // 999,960 would round to "1000.0 kB": it is the next unit's already.
  const carried = power < units.length && bytes / 1000 ** power >= 999.95 ? power + 1 : power;
  return `${(bytes / 1000 ** carried).toFixed(1)} ${units[carried - 1]}`;
};

/** An integer with commas between thousands, whatever the locale: `70,000`. */
export const formatCount = (count: number): string => {
  const digits = String(Math.trunc(count));
  return /^-?\d{4,}$/.test(digits) ? digits.replace(/\B(?=(\d{3})+$)/g, ',') : digits;
};

/** `1 stage`, `8 stages`, `2 entries`; `many` where the plural is no plain `s`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** The first 8 hexadecimal digits of a digest or fingerprint, with or without `sha256:` before it. */
export const shortDigest = (digest: string): string =>
  digest.startsWith('sha256:') ? digest.slice(7, 15) : digest.slice(0, 8);

/** Whole per cents, rounded down, so that `100 %` means all: `0.519` is `51 %`. */
export const formatPercent = (fraction: number): string =>
  `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9)} %`;

/** A metric's value, with its interval where it has one: `0.988 [0.986, 0.990]`. All three have the same precision. */
export const formatMetric = (metric: MetricValue): string => {
  if (typeof metric === 'number') return formatNumber(metric);
  const { value, low, high } = metric;
  const write = writer(Math.max(Math.abs(value), Math.abs(low), Math.abs(high)));
  return `${write(value)} [${write(low)}, ${write(high)}]`;
};

/** Metrics on one line, in their own order: `accuracy 0.988 [0.986, 0.990], macro_f1 0.988`. */
export const formatMetrics = (metrics: Readonly<Record<string, MetricValue>>): string =>
  Object.entries(metrics)
    .map(([name, value]) => `${name} ${formatMetric(value)}`)
    .join(', ');

/** A number to about three significant digits; whole numbers as they are. */
export const formatNumber = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? formatCount(value) : writer(Math.abs(value))(value);

/** A time of day in UTC from ISO 8601: `2026-11-23 14:02:07 UTC`. */
export const formatTime = (iso: string): string => iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d).*$/, '$1 $2 UTC');

const units = ['kB', 'MB', 'GB', 'TB', 'PB'];

const writer = (magnitude: number): ((value: number) => string) => {
  if (!Number.isFinite(magnitude)) return String;
  if (magnitude >= 1e15 || (magnitude > 0 && magnitude < 1e-4)) return (value) => value.toExponential(2);
  const decimals = decimalsFor(magnitude);
  return (value) => (Number.isFinite(value) ? separate(value.toFixed(decimals)) : String(value));
};

const decimalsFor = (magnitude: number): number => {
  if (magnitude === 0) return 3;
  if (magnitude >= 1000) return 0;
  if (magnitude >= 100) return 1;
  if (magnitude >= 10) return 2;
  return magnitude >= 0.01 ? 3 : 5;
};

const separate = (digits: string): string =>
  digits.replace(/^-?\d{4,}/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
