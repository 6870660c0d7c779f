import type { PeakRecord, SpreadRecord } from '../../types/generated/stage-run.ts';

/** Readings of one quantity, each weighted with the seconds that it stands for. Its memory does not grow with time. */
export interface Gauge {
  add(value: number, seconds: number): void;
  /** Seconds that the readings stand for. */
  seconds(): number;
  /** Seconds in which it was less than `limit`. */
  below(limit: number): number;
  peak(): PeakRecord | undefined;
  spread(): SpreadRecord | undefined;
}

/** @param step quantiles are exact to this; so many different values are kept as it tells apart. */
export const createGauge = (step: number): Gauge => {
  const weights = new Map<number, number>();
  let sum = 0;
  let all = 0;
  let max = Number.NEGATIVE_INFINITY;
  const sorted = () => [...weights].sort(([a], [b]) => a - b).map(([at, weight]) => [at * step, weight] as const);

  /** The least value that is not exceeded for this share of the time. */
  const quantile = (share: number): number => {
    let seen = 0;
    for (const [value, weight] of sorted()) {
      seen += weight;
      // Sums of weights are off by their last bits.
      if (seen >= share * all * (1 - 1e-9)) return round(value, step);
    }
    return max;
  };
  const peak = () => (all > 0 ? { mean: round(sum / all, step / 100), max: round(max, step) } : undefined);
  return {
    add: (value, seconds) => {
      const at = Math.round(value / step);
      weights.set(at, (weights.get(at) ?? 0) + seconds);
      sum += value * seconds;
      all += seconds;
      max = Math.max(max, value);
    },
    seconds: () => all,
    below: (limit) => sorted().reduce((total, [value, weight]) => (value < limit ? total + weight : total), 0),
    peak,
    spread: () => {
      const known = peak();
      return known && { ...known, p10: quantile(0.1), p50: quantile(0.5), p90: quantile(0.9) };
    },
  };
};

/** To a multiple of `step`, without the noise of binary fractions: 0.30000000000000004 is 0.3. */
export const round = (value: number, step: number): number => Number((Math.round(value / step) * step).toPrecision(12));
